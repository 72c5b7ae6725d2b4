using System.Diagnostics;

namespace HedgeTech.Ime.Hosting;

/// <summary>When a feed counts as degraded and as unhealthy.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeHealthCheckOptions
{
    /// <summary>How old the newest snapshot of the feed may be before the feed is degraded.</summary>
    /// <value>Default: 60 seconds. More than 0, at most <see cref="UnhealthyAfter"/>.</value>
    public TimeSpan DegradedAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How old the newest snapshot of the feed may be before the feed is unhealthy.</summary>
    /// <value>Default: 5 minutes. At least <see cref="DegradedAfter"/>.</value>
    public TimeSpan UnhealthyAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>When the market is open. Data only age within these hours.</summary>
    /// <value>Default: null, those of the feed's <see cref="FeedOptions"/>. If there are none either, data always age, even at night.</value>
    public TradingHours? TradingHours { get; set; }

    /// <summary>One line: the two limits and the trading hours.</summary>
    public override string ToString() => $"degraded after {DegradedAfter}, unhealthy after {UnhealthyAfter}{(TradingHours is null ? "" : $", trading {TradingHours}")}";

    /// <summary>Copies these options and validates each of them.</summary>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and its limit.</exception>
    internal ImeHealthCheckOptions CopyAndValidate()
    {
        ImeHealthCheckOptions copy = (ImeHealthCheckOptions)MemberwiseClone();
        if (copy.DegradedAfter <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(ImeHealthCheckOptions)}.{nameof(DegradedAfter)} is {copy.DegradedAfter}, but must be more than 00:00:00.");
        }

        return copy.UnhealthyAfter >= copy.DegradedAfter
            ? copy
            : throw new ArgumentException($"{nameof(ImeHealthCheckOptions)}.{nameof(UnhealthyAfter)} is {copy.UnhealthyAfter}, but must be at least {nameof(DegradedAfter)}, which is {copy.DegradedAfter}.");
    }
}
