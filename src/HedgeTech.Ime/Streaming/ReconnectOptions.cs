using System.Diagnostics;

namespace HedgeTech.Ime;

/// <summary>How a feed comes back after a connection is lost or refused.</summary>
/// <remarks>Copied when the client is constructed; changes after that have no effect.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ReconnectOptions
{
    /// <summary>About how long to wait before the first new attempt; the wait then grows exponentially, with jitter.</summary>
    /// <value>Default: 250 milliseconds. From 1 millisecond to <see cref="MaxDelay"/>.</value>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two attempts (a <c>Retry-After</c> of the server may be longer).</summary>
    /// <value>Default: 30 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection must live to count as healthy if it brings no message.</summary>
    /// <value>Default: 10 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan HealthyAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long contracts that streamed before in the same feed must be refused, without an accept, before the feed ends with
    /// <see cref="ImeSubscriptionRefusedException"/>: a gateway may refuse everything for minutes. At least five refusals are needed in any case.
    /// </summary>
    /// <value>Default: 300 seconds. From 0, with which five refusals are enough, to 1 day.</value>
    public TimeSpan RefusedFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After how many attempts in a row without success the feed ends with <see cref="ImeConnectionException"/>.</summary>
    /// <value>Default: null, it never gives up. At least 1.</value>
    public int? MaxAttempts { get; set; }

    /// <summary>One line: how long it waits, and whether it gives up.</summary>
    public override string ToString() => FormattableString.Invariant($"after {InitialDelay}, then up to {MaxDelay}, {(MaxAttempts is { } attempts ? $"{attempts} attempts" : "never gives up")}");

    /// <summary>A copy of these options, every one of them checked.</summary>
    /// <param name="path">What the options are called in the message.</param>
    /// <exception cref="ArgumentException">One is wrong: the message names it, its value and its bound.</exception>
    internal ReconnectOptions CopyAndValidate(string path)
    {
        ReconnectOptions copy = (ReconnectOptions)MemberwiseClone();
        ValidateTime(copy.InitialDelay, $"{path}.{nameof(InitialDelay)}");
        ValidateTime(copy.MaxDelay, $"{path}.{nameof(MaxDelay)}");
        ValidateTime(copy.HealthyAfter, $"{path}.{nameof(HealthyAfter)}");
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.RefusedFor, TimeSpan.Zero, $"{path}.{nameof(RefusedFor)}");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(copy.RefusedFor, TimeSpan.FromDays(1), $"{path}.{nameof(RefusedFor)}");
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.MaxAttempts ?? 1, 1, $"{path}.{nameof(MaxAttempts)}");
        if (copy.InitialDelay > copy.MaxDelay)
        {
            throw new ArgumentException($"{path}.{nameof(InitialDelay)} is {copy.InitialDelay}, but must be at most {nameof(MaxDelay)}, which is {copy.MaxDelay}.");
        }

        return copy;
    }

    // A day is the longest delay that Polly takes; a timer takes no less than a millisecond.
    private static void ValidateTime(TimeSpan time, string option)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromMilliseconds(1), option);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(1), option);
    }
}
