using System.Diagnostics;
using HedgeTech.Ime.Hosting.Board;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HedgeTech.Ime.Hosting;

/// <summary>The newest snapshot of each contract, for code that asks for the current state: a timer of a user interface, a risk check, an HTTP endpoint.</summary>
/// <remarks>
/// Thread-safe. Reading takes no lock and never makes the feed wait. One feed fills a board. Any number of readers and consumers share it, and their code
/// never runs on the feed's read loop. A snapshot that arrives under another identifier than the requested one is listed under its own identifier.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class MarketBoard
{
    private readonly BoardTable _table;
    private readonly BoardConsumers _consumers;
    private readonly BoardFeed _feed;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <summary>Creates an empty board.</summary>
    /// <param name="contracts">The contracts of the board.</param>
    /// <param name="logger">The logger; null for no log.</param>
    /// <param name="timeProvider">The clock that measures ages, the same as the client's; null for the system clock.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    public MarketBoard(ContractSet contracts, ILogger<MarketBoard>? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        _logger = logger ?? NullLogger<MarketBoard>.Instance;
        _time = timeProvider ?? TimeProvider.System;
        _table = new BoardTable(contracts);
        _consumers = new BoardConsumers(_table);
        _feed = new BoardFeed(_table, _consumers, _logger, _time);
    }

    /// <summary>The contracts that the board was created for.</summary>
    public ContractSet Contracts => _table.Contracts;

    /// <summary>The state of the feed: <see cref="FeedState.Live"/> once every connection is accepted and none is down.</summary>
    public FeedState State => _feed.State;

    /// <summary>The exception that ended the feed; null while the feed runs, and if it ended by cancellation or normally.</summary>
    public Exception? Failure => _feed.Failure;

    /// <summary>When the client received the newest snapshot of all contracts, UTC; null before the first snapshot.</summary>
    public DateTimeOffset? LastReceivedAt => _feed.LastReceivedAt;

    /// <summary>The counts so far. They are not one atomic reading: each may be a moment newer than the one before it.</summary>
    public BoardStatistics Statistics => _feed.Statistics;

    /// <summary>When <see cref="RunAsync"/> was called; null before.</summary>
    internal DateTimeOffset? StartedAt => _feed.StartedAt;

    /// <summary>The newest snapshot of a contract; null before the first.</summary>
    /// <param name="contract">The contract, under the identifier that was requested.</param>
    public MarketSnapshot? this[ContractKey contract] => _table.TryGet(contract, out BoardSlot? slot) ? slot.Newest : null;

    /// <summary>One line: the state, the number of contracts with a snapshot, and the counts.</summary>
    public override string ToString() => $"{State}, {_table.CountWithSnapshot()} of {Contracts.Count} contracts, {Statistics}";

    /// <summary>Gets the newest snapshot of a contract, with its age and whether the contract is interrupted.</summary>
    /// <param name="contract">The contract, under the identifier that was requested.</param>
    /// <param name="entry">The entry; default if there is none.</param>
    /// <returns>False if the contract has no snapshot yet.</returns>
    public bool TryGet(ContractKey contract, out BoardEntry entry)
    {
        if (_table.TryGet(contract, out BoardSlot? slot) && slot.Newest is { } newest)
        {
            entry = EntryOf(slot, newest, _time.GetUtcNow());
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>Every contract that has a snapshot, in the order of <see cref="Contracts"/>, followed by those that arrived under another identifier.</summary>
    /// <remarks>Each entry is consistent. Two entries may be of slightly different moments.</remarks>
    public IReadOnlyList<BoardEntry> Snapshot()
    {
        DateTimeOffset now = _time.GetUtcNow();
        List<BoardEntry> entries = new(_table.Count);
        foreach (BoardSlot slot in _table.InOrder())
        {
            if (slot.Newest is { } newest)
            {
                entries.Add(EntryOf(slot, newest, now));
            }
        }

        return entries;
    }

    /// <summary>Fills the board from a source until the stream ends. A hosted feed calls this method. Call it yourself only for a board that you created.</summary>
    /// <param name="source">The source of the market data.</param>
    /// <param name="cancellationToken">Ends the feed. The returned task then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>A task that completes when the stream has ended, with the exception that ended it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The board already has, or had, a feed.</exception>
    public Task RunAsync(IMarketDataSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return _feed.RunAsync(source, cancellationToken);
    }

    /// <summary>Follows every contract: first the snapshots on the board, then each change.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The newest snapshot of each contract at the moment it is read. A consumer that is slower than the market misses the snapshots in between, and at most
    /// one snapshot per contract waits for it. Each enumeration is a separate consumer. It ends when the feed ends: normally, or by throwing <see cref="Failure"/>.
    /// </returns>
    public IAsyncEnumerable<MarketSnapshot> ReadAsync(CancellationToken cancellationToken = default) => _consumers.FollowAsync(contracts: null, cancellationToken);

    /// <summary>Follows some of the contracts: first the snapshots on the board, then each change.</summary>
    /// <param name="contracts">The contracts to follow.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The same as <see cref="ReadAsync(CancellationToken)"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ArgumentException">One of the contracts is not on the board.</exception>
    public IAsyncEnumerable<MarketSnapshot> ReadAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        foreach (ContractKey contract in contracts)
        {
            ThrowIfMissing(contract, nameof(contracts));
        }

        return _consumers.FollowAsync(contracts, cancellationToken);
    }

    /// <summary>Waits until the newest snapshot of a contract meets a condition. The current snapshot counts too.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="predicate">The condition. It is called for one snapshot at a time, never on the feed's read loop. Its exceptions reach the caller.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The snapshot that met the condition. When snapshots follow in quick succession, only the newest is tested.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="ArgumentException">The contract is not on the board.</exception>
    /// <exception cref="InvalidOperationException">The feed ended normally before the condition was met. If the feed failed, <see cref="Failure"/> is thrown instead.</exception>
    public Task<MarketSnapshot> WaitForAsync(ContractKey contract, Func<MarketSnapshot, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ThrowIfMissing(contract, nameof(contract));
        return WaitAsync(new ContractSet([contract]), predicate, cancellationToken);
    }

    /// <summary>Calls a callback with the snapshots on the board, then with the newest snapshot of each contract that changes.</summary>
    /// <param name="callback">
    /// The callback. It runs on the thread pool, one call at a time, never on the feed's read loop. The feed continues no matter how long a call takes, and the next
    /// call gets the newest state. Exceptions of the callback are logged.
    /// </param>
    /// <returns>An object to dispose when you want no more calls; a call that is already running may end after that. The calls also end with the feed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    public IDisposable OnChange(Action<MarketSnapshot> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new BoardWatch(callback, _feed, _consumers, _logger);
    }

    private async Task<MarketSnapshot> WaitAsync(ContractSet contract, Func<MarketSnapshot, bool> predicate, CancellationToken cancellationToken)
    {
        await foreach (MarketSnapshot snapshot in _consumers.FollowAsync(contract, cancellationToken).ConfigureAwait(false))
        {
            if (predicate(snapshot))
            {
                return snapshot;
            }
        }

        throw new InvalidOperationException($"The feed of this MarketBoard has ended, so {contract} no longer changes.");
    }

    private BoardEntry EntryOf(BoardSlot slot, MarketSnapshot newest, DateTimeOffset now)
    {
        TimeSpan age = now - newest.ReceivedAt;
        FeedState state = _feed.State;

        // An unrequested identifier does not tell which connection delivers it, so any interruption may concern it.
        bool isInterrupted = slot.IsInterrupted || state == FeedState.Ended || (state == FeedState.Interrupted && !Contracts.Contains(slot.Contract));
        return new BoardEntry(newest, age > TimeSpan.Zero ? age : TimeSpan.Zero, isInterrupted);
    }

    private void ThrowIfMissing(ContractKey contract, string parameter)
    {
        if (!_table.Contains(contract))
        {
            throw new ArgumentException($"The contract {contract} is not on this MarketBoard, which was created for {Contracts}.", parameter);
        }
    }
}
