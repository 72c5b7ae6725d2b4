using HedgeTech.Ime.Cli.Relay;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>A relay on the screen of <c>ime watch</c>.</summary>
/// <param name="relay">The source.</param>
/// <param name="contracts">The contracts.</param>
/// <param name="name">The name of the relay, for the title.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class WatchedRelay(RelaySource relay, ContractSet contracts, string name, TimeProvider timeProvider) : IWatched
{
    private long _countedAt = timeProvider.GetTimestamp();
    private long _counted;
    private long _rate;

    public ContractSet Contracts => contracts;

    public string Source => $"relay {name}";

    public DateTimeOffset Now => timeProvider.GetUtcNow();

    public bool IsRecorded => false;

    public IAsyncEnumerable<FeedEvent> ReadEventsAsync(CancellationToken cancellationToken) => WatchedEvents.StreamAsync(relay, contracts, cancellationToken);

    public FeedHealth Complete(FeedHealth health)
    {
        RelaySourceStatistics statistics = relay.Statistics;
        if (timeProvider.GetElapsedTime(_countedAt) is { TotalSeconds: >= 1 } elapsed)
        {
            _rate = (long)Math.Round((statistics.Messages - _counted) / elapsed.TotalSeconds);
            (_counted, _countedAt) = (statistics.Messages, timeProvider.GetTimestamp());
        }

        FeedState state = health.DownSince is not null ? FeedState.Interrupted : statistics.LastPushAt is null ? FeedState.Connecting : FeedState.Live;
        return health with { State = state, Statistics = new FeedStatistics { Received = statistics.Messages, Dropped = health.Missing }, Rate = _rate };
    }

    public bool Press(ConsoleKeyInfo key) => false;
}
