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

    /// <summary>When the market trades: only time within these hours makes data old.</summary>
    /// <value>Default: null, those of the feed's <see cref="FeedOptions"/>; if it has none either, every hour counts, nights included.</value>
    public TradingHours? TradingHours { get; set; }

    /// <summary>One line: when data are too old.</summary>
    public override string ToString() => $"degraded after {DegradedAfter}, unhealthy after {UnhealthyAfter}{(TradingHours is null ? "" : $", trading {TradingHours}")}";

    /// <summary>A copy of these options, every one of them checked.</summary>
    /// <exception cref="ArgumentException">One is wrong: the message names it, its value and its bound.</exception>
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
