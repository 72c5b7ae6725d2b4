namespace HedgeTech.Ime;

/// <summary>How a feed delivers.</summary>
/// <remarks>Copied when the client is constructed or the feed is opened; changes after that have no effect.</remarks>
public sealed class FeedOptions
{
    /// <summary>What is kept for a consumer that is slower than the market.</summary>
    /// <value>Default: <see cref="FeedDelivery.EverySnapshot"/>.</value>
    public FeedDelivery Delivery { get; set; } = FeedDelivery.EverySnapshot;

    /// <summary>How many snapshots may wait for the consumer; at least one per contract may, whatever this says.</summary>
    /// <value>Default: 8192.</value>
    public int Capacity { get; set; } = 8192;

    /// <summary>What happens to one more, with <see cref="FeedDelivery.EverySnapshot"/>.</summary>
    /// <value>Default: <see cref="FeedOverflow.Conflate"/>.</value>
    public FeedOverflow Overflow { get; set; } = FeedOverflow.Conflate;

    /// <summary>Whether each snapshot carries the raw message it was read from, in <see cref="MarketSnapshot.Frame"/>.</summary>
    /// <value>Default: false.</value>
    public bool KeepFrames { get; set; }
}
