namespace HedgeTech.Ime.Cli.Watch;

/// <summary>A live stream.</summary>
/// <param name="feed">The stream.</param>
/// <param name="source">The address of the service.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class WatchedFeed(MarketFeed feed, string source, TimeProvider timeProvider) : IWatched
{
    private long _countedAt = timeProvider.GetTimestamp();
    private long _counted;
    private long _rate;

    public ContractSet Contracts => feed.Contracts;

    public string Source => source;

    public DateTimeOffset Now => timeProvider.GetUtcNow();

    public bool IsRecorded => false;

    public IAsyncEnumerable<FeedEvent> ReadEventsAsync(CancellationToken cancellationToken) => feed.ReadEventsAsync(cancellationToken);

    public FeedHealth Complete(FeedHealth health)
    {
        FeedStatistics statistics = feed.Statistics;
        if (timeProvider.GetElapsedTime(_countedAt) is { TotalSeconds: >= 1 } elapsed)
        {
            _rate = (long)Math.Round((statistics.Received - _counted) / elapsed.TotalSeconds);
            (_counted, _countedAt) = (statistics.Received, timeProvider.GetTimestamp());
        }

        return health with { State = feed.State, Statistics = statistics, Rate = _rate };
    }

    public bool Press(ConsoleKeyInfo key) => false;
}
