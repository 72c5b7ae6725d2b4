using System.Diagnostics;

namespace HedgeTech.Ime;

/// <summary>How a feed reconnects after a connection is lost or refused.</summary>
/// <remarks>Copied when the client is constructed; changes after that have no effect.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ReconnectOptions
{
    /// <summary>The approximate wait before the first new attempt. The wait then grows exponentially, with jitter.</summary>
    /// <value>Default: 250 milliseconds. From 1 millisecond to <see cref="MaxDelay"/>.</value>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two attempts (a <c>Retry-After</c> of the server may be longer).</summary>
    /// <value>Default: 30 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection must stay open to count as healthy if it receives no messages.</summary>
    /// <value>Default: 10 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan HealthyAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the service must refuse contracts that this feed has already streamed, without accepting them once, before the feed ends with
    /// <see cref="ImeSubscriptionRefusedException"/>. A gateway may refuse everything for minutes. At least five refusals are needed in any case.
    /// </summary>
    /// <value>Default: 300 seconds. From 0, with which five refusals are enough, to 1 day.</value>
    public TimeSpan RefusedFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After how many attempts in a row without success the feed ends with <see cref="ImeConnectionException"/>.</summary>
    /// <value>Default: null, the feed never gives up. At least 1.</value>
    public int? MaxAttempts { get; set; }

    /// <summary>One line: the delays, and whether the feed gives up.</summary>
    public override string ToString() => FormattableString.Invariant($"after {InitialDelay}, then up to {MaxDelay}, {(MaxAttempts is { } attempts ? $"{attempts} attempts" : "never gives up")}");

    /// <summary>Copies these options and validates each of them.</summary>
    /// <param name="path">The name of the options in the message.</param>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and its limit.</exception>
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

    // Polly accepts a delay of at most a day, and a timer at least a millisecond.
    private static void ValidateTime(TimeSpan time, string option)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromMilliseconds(1), option);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(1), option);
    }
}
