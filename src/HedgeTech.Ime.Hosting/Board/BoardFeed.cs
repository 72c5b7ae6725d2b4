using HedgeTech.Ime.Market;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>Applies the events of a feed to a board: snapshots to the slots, outages to the state, everything to the counters.</summary>
/// <remarks>The properties are thread-safe. Only the feed changes them, one event at a time.</remarks>
internal sealed partial class BoardFeed(BoardTable table, BoardConsumers consumers, ILogger logger, TimeProvider time)
{
    private readonly List<ContractSet> _silent = [];
    private volatile FeedState _state = FeedState.Idle;
    private volatile Exception? _failure;
    private int _hasStarted;
    private long _startedAt;
    private BoardCounters _counters;
    private bool _hasWarnedOfUnrequested;

    public FeedState State => _state;

    /// <summary>The exception that ended the feed; null while it runs, and if it ended by cancellation or normally.</summary>
    public Exception? Failure => _failure;

    /// <summary>When the newest snapshot of all contracts was received; null before the first.</summary>
    public DateTimeOffset? LastReceivedAt => TimeOf(_counters.NewestAt);

    /// <summary>When <see cref="RunAsync"/> was called; null before.</summary>
    public DateTimeOffset? StartedAt => TimeOf(Volatile.Read(ref _startedAt));

    public BoardStatistics Statistics
    {
        get
        {
            (int interrupted, int silent) = table.CountOutages();
            return new BoardStatistics(_counters.Received, _counters.Dropped, _counters.Rejected, _counters.Interruptions, interrupted, silent);
        }
    }

    /// <summary>Reads the stream until it ends.</summary>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public Task RunAsync(IMarketDataSource source, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _hasStarted, 1) == 0
            ? ReadAsync(source, cancellationToken)
            : throw new InvalidOperationException("This MarketBoard already has, or had, a feed. A board takes only one. Create another board.");

    private static DateTimeOffset? TimeOf(long utcTicks) => utcTicks > 0 ? new DateTimeOffset(utcTicks, TimeSpan.Zero) : null;

    private async Task ReadAsync(IMarketDataSource source, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            Volatile.Write(ref _startedAt, time.GetUtcNow().UtcTicks);
            _state = FeedState.Connecting;
            await foreach (FeedEvent happened in source.StreamEventsAsync(table.Contracts, cancellationToken).ConfigureAwait(false))
            {
                Take(happened);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            _failure = failure;
            _state = FeedState.Ended;
            consumers.End(failure);
        }
    }

    private void Take(FeedEvent happened)
    {
        switch (happened)
        {
            case MarketSnapshot snapshot:
                Take(snapshot);
                break;
            case SnapshotsDropped dropped:
                _counters.AddDropped(dropped.Count);
                break;
            case FrameRejected:
                _counters.AddRejected();
                break;
            case FeedConnected connected:
                Mark(connected.Contracts, static slot => slot.IsConnected = true);
                break;
            case FeedInterrupted interrupted:
                _counters.AddInterruption();
                Mark(interrupted.Contracts, static slot => slot.IsInterrupted = true);
                break;
            case FeedResumed resumed:
                EndSilence(set => resumed.Contracts.Any(set.Contains));
                Mark(resumed.Contracts, static slot => (slot.IsConnected, slot.IsInterrupted) = (true, false));
                break;
            case FeedSilent silent:
                _silent.Add(silent.Contracts);
                Mark(silent.Contracts, static slot => slot.IsSilent = true);
                break;
        }
    }

    private void Take(MarketSnapshot snapshot)
    {
        _counters.AddReceived();
        if (!table.TryGet(snapshot.Contract, out BoardSlot? slot) && (slot = AddUnrequested(snapshot.Contract)) is null)
        {
            return;
        }

        slot.Take(snapshot);
        _counters.SetNewestAt(snapshot.ReceivedAt.UtcTicks);
        if (!slot.IsConnected)
        {
            slot.IsConnected = true;
            UpdateState();
        }

        if (_silent.Count > 0)
        {
            // An unrequested identifier does not tell which connection delivered it, so it may be any of the silent ones.
            EndSilence(set => set.Contains(snapshot.Contract) || !table.Contracts.Contains(snapshot.Contract));
        }
    }

    private void Mark(ContractSet contracts, Action<BoardSlot> change)
    {
        foreach (ContractKey contract in contracts)
        {
            if (table.TryGet(contract, out BoardSlot? slot))
            {
                change(slot);
            }
        }

        UpdateState();
    }

    private void EndSilence(Predicate<ContractSet> isOver)
    {
        foreach (ContractSet contracts in _silent.FindAll(isOver))
        {
            _silent.Remove(contracts);
            Mark(contracts, static slot => slot.IsSilent = false);
        }
    }

    private void UpdateState()
    {
        bool isInterrupted = false;
        bool isConnected = true;
        foreach (ContractKey contract in table.Contracts)
        {
            BoardSlot slot = table[contract];
            isInterrupted |= slot.IsInterrupted;
            isConnected &= slot.IsConnected;
        }

        _state = isInterrupted ? FeedState.Interrupted : isConnected ? FeedState.Live : FeedState.Connecting;
    }

    /// <summary>Adds a slot for a contract that was not requested; null if the board has no room for it.</summary>
    private BoardSlot? AddUnrequested(ContractKey contract)
    {
        if (!table.IsFull)
        {
            return consumers.AddSlot(contract);
        }

        if (!_hasWarnedOfUnrequested)
        {
            _hasWarnedOfUnrequested = true;
            LogUnrequested(logger, PlainText.Of(contract.ToString()));
        }

        return null;
    }
}
