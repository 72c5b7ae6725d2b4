using System.Net.Http.Headers;

namespace HedgeTech.Ime.Authentication;

/// <summary>Reads the header <c>Retry-After</c>: a number of seconds, or a date by the server's clock, which may differ from ours.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The longest wait that a server can impose, so that a wrong header cannot stop a feed for a day.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Returns the wait that the header asks for, from 0 to <see cref="Longest"/>; null if the header is missing or unreadable.</summary>
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
