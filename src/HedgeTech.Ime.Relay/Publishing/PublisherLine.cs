using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Redis;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>The publisher's line to the service: a feed whose messages and events go to the publisher, with the number of the line.</summary>
internal sealed class PublisherLine : IFeedSink, IDisposable
{
    private readonly int _number;
    private readonly IReadOnlyDictionary<ContractKey, ushort> _indexes;
    private readonly Action<Action<LogPublisher, TimeSpan>> _post;
    private readonly WakeSignal _wake;
    private readonly LineUpTracker _tracker;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _draining;

    /// <param name="client">The client whose account holds the line.</param>
    /// <param name="contracts">The contracts.</param>
    /// <param name="indexes">Their indexes in the log.</param>
    /// <param name="number">The number of the line.</param>
    /// <param name="post">Takes what is to be done with the publisher.</param>
    /// <param name="wake">Wakes whoever does it.</param>
    public PublisherLine(ImeClient client, ContractSet contracts, IReadOnlyDictionary<ContractKey, ushort> indexes, int number, Action<Action<LogPublisher, TimeSpan>> post, WakeSignal wake)
    {
        (_indexes, _number, _post, _wake) = (indexes, number, post, wake);
        _tracker = new LineUpTracker(contracts);
        FeedOptions options = client.CreateFeedOptions();
        options.Delivery = FeedDelivery.LatestPerContract; // what matters goes through the sink
        options.Sinks.Add(this);
        _draining = DrainAsync(client.OpenFeed(contracts, options));
    }

    public int Number => _number;

    /// <summary>Ends, with the exception that ended the feed if it was not closed.</summary>
    public Task Ended => _draining;

    public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
    {
        OutItem item = OutItem.Message(_indexes.GetValueOrDefault(snapshot.Contract, LogItem.NoContract), snapshot.ReceivedAt.UtcTicks, frame, TimeOf(snapshot));
        _post((publisher, now) => publisher.LineMessage(_number, item, now));
    }

    public void OnEvent(FeedEvent feedEvent)
    {
        _tracker.Happened(feedEvent);
        (bool isUp, bool isKnown) = (_tracker.IsUp, _tracker.IsKnown);
        OutItem item = OwnEvents.Item(feedEvent);
        _post((publisher, now) =>
        {
            publisher.LineIsUp(_number, isUp, isKnown, now);
            publisher.LineEvent(_number, item, now);
        });
        _wake.Wake();
    }

    /// <summary>If the publisher waits, it goes on on this thread, which saves a change of thread. It blocks for nothing, and after a few turns it goes on elsewhere, so the line waits only while it packs and sends what has come.</summary>
    public void OnBatchEnd() => _wake.Wake(here: true);

    /// <summary>Closes the line on another thread: this one may be within a call to the sink, where a feed refuses to be disposed of.</summary>
    public void Close() => _ = _closing.CancelAsync();

    /// <summary>Call it when <see cref="Ended"/> has completed.</summary>
    public void Dispose() => _closing.Dispose();

    /// <summary>
    /// The vendor's timestamp as the wire has it; null if it is unknown. It is compared with that of a message in the log, which was read without knowledge of
    /// <see cref="ImeClientOptions.TimestampOffset"/>.
    /// </summary>
    public static long? TimeOf(MarketSnapshot snapshot) => snapshot.Unavailable.HasFlag(SnapshotFields.Timestamp) ? null : snapshot.Timestamp.Ticks;

    private async Task DrainAsync(MarketFeed feed)
    {
        await using (((IAsyncDisposable)feed).ConfigureAwait(false))
        {
            try
            {
                await foreach (FeedEvent _ in feed.ReadEventsAsync(_closing.Token).ConfigureAwait(false))
                {
                    // The sink had it.
                }
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                // Closed.
            }
        }
    }
}
