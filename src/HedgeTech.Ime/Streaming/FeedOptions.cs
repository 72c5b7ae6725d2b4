using System.Diagnostics;

namespace HedgeTech.Ime;

/// <summary>How a feed delivers snapshots and events.</summary>
/// <remarks>Copied when the client is constructed or the feed is opened; changes after that have no effect.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class FeedOptions
{
    private List<IFeedSink> _sinks = [];

    /// <summary>What the feed keeps for a consumer that is slower than the market.</summary>
    /// <value>Default: <see cref="FeedDelivery.EverySnapshot"/>.</value>
    public FeedDelivery Delivery { get; set; } = FeedDelivery.EverySnapshot;

    /// <summary>How many snapshots may wait for the consumer. At least one per contract may always wait.</summary>
    /// <value>Default: 8192. At least 1.</value>
    public int Capacity { get; set; } = 8192;

    /// <summary>What happens when <see cref="Capacity"/> snapshots wait and one more arrives, with <see cref="FeedDelivery.EverySnapshot"/>.</summary>
    /// <value>Default: <see cref="FeedOverflow.Conflate"/>.</value>
    public FeedOverflow Overflow { get; set; } = FeedOverflow.Conflate;

    /// <summary>How long a connection may be without messages before the feed reports it as silent and replaces its line without a gap. Doubles, up to 15 minutes, while the silence lasts.</summary>
    /// <value>Default: 60 seconds. With <see cref="Timeout.InfiniteTimeSpan"/>, the feed ignores silence.</value>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>When the market is open. Outside these hours the feed ignores silence.</summary>
    /// <value>Default: null, always open.</value>
    public TradingHours? TradingHours { get; set; }

    /// <summary>How many lines stream each contract at the same time. With 2, one can fail and nothing is lost, repeated or interrupted.</summary>
    /// <value>Default: 1. From 1 to 4.</value>
    public int Redundancy { get; set; } = 1;

    /// <summary>
    /// Whether the feed searches for the contracts at fault when the service finally refuses a set, by asking for parts of it. For k contracts at fault
    /// of n, this takes at most k·(⌈log₂n⌉ + 1) further handshakes.
    /// </summary>
    /// <value>Default: true.</value>
    public bool ProbeRefusals { get; set; } = true;

    /// <summary>Whether each snapshot contains the raw message it was read from, in <see cref="MarketSnapshot.Frame"/>.</summary>
    /// <value>Default: false.</value>
    public bool KeepFrames { get; set; }

    /// <summary>Observers that get every snapshot and event of the feed ahead of its consumer, such as a recorder.</summary>
    /// <value>Default: empty. A sink in the options of a client observes every feed of that client that has no options of its own.</value>
    public IList<IFeedSink> Sinks => _sinks;

    /// <summary>One line: the delivery, the capacity and its overflow, the silence timeout and the trading hours.</summary>
    public override string ToString() => FormattableString.Invariant($"{Delivery}, {Overflow} above {Capacity}, silent after {SilenceTimeout}{(TradingHours is null ? "" : $", trading {TradingHours}")}");

    /// <summary>Copies these options and validates each of them.</summary>
    /// <param name="path">The name of the options in the message.</param>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and its limit.</exception>
    internal FeedOptions CopyAndValidate(string path = nameof(FeedOptions))
    {
        FeedOptions copy = (FeedOptions)MemberwiseClone();
        copy._sinks = [.. _sinks];
        if (copy._sinks.Contains(null!))
        {
            throw new ArgumentException($"{path}.{nameof(Sinks)} has a sink that is null.");
        }

        if (copy._sinks.Distinct(ReferenceEqualityComparer.Instance).Count() < copy._sinks.Count)
        {
            throw new ArgumentException($"{path}.{nameof(Sinks)} has the same sink twice. Add each once, as it would get everything twice.");
        }

        if (!Enum.IsDefined(copy.Delivery))
        {
            throw new ArgumentException($"{path}.{nameof(Delivery)} is {copy.Delivery}, but must be one of: {string.Join(", ", Enum.GetNames<FeedDelivery>())}.");
        }

        if (!Enum.IsDefined(copy.Overflow))
        {
            throw new ArgumentException($"{path}.{nameof(Overflow)} is {copy.Overflow}, but must be one of: {string.Join(", ", Enum.GetNames<FeedOverflow>())}.");
        }

        if (copy.SilenceTimeout != Timeout.InfiniteTimeSpan && (copy.SilenceTimeout < TimeSpan.FromMilliseconds(1) || copy.SilenceTimeout > TimeSpan.FromDays(1)))
        {
            throw new ArgumentException($"{path}.{nameof(SilenceTimeout)} is {copy.SilenceTimeout}, but must be between 1 ms and 1 day, or Timeout.InfiniteTimeSpan.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(copy.Redundancy, 1, $"{path}.{nameof(Redundancy)}");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(copy.Redundancy, 4, $"{path}.{nameof(Redundancy)}");
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.Capacity, 1, $"{path}.{nameof(Capacity)}");
        return copy;
    }
}
