using System.Net.Http.Headers;

namespace HedgeTech.Ime.Authentication;

/// <summary>Reads the header <c>Retry-After</c>: a number of seconds, or the date of a clock that may differ from ours.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The longest wait that a server can impose: a mistaken header must not silence a feed for a day.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>The wait that the header asks for, 0 to <see cref="Longest"/>; null where it is absent or unreadable.</summary>
    internal static TimeSpan? Read(string? value, TimeProvider time)
    {
        if (!RetryConditionHeaderValue.TryParse(value, out RetryConditionHeaderValue? parsed))
        {
            return null;
        }

        TimeSpan? wait = parsed.Delta ?? (parsed.Date - time.GetUtcNow());
        return wait switch
        {
            null => null,
            { } some when some < TimeSpan.Zero => TimeSpan.Zero,
            { } some when some > Longest => Longest,
            { } some => some,
        };
    }
}
