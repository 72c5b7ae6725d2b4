using System.Collections.Concurrent;
using System.Diagnostics;
using HedgeTech.Ime.Hosting.Board;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HedgeTech.Ime.Hosting;

/// <summary>The newest snapshot of each contract, for code that asks rather than listens: a timer of a user interface, a risk check, an HTTP endpoint.</summary>
/// <remarks>
/// Thread-safe. Reading takes no lock and never makes the feed wait. One feed fills a board; any number of readers and consumers share it, and none of their
/// code runs where the feed is read. A snapshot that carries another identifier than it was asked for stands on the board under that one.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class MarketBoard
{
    private readonly ConcurrentDictionary<ContractKey, BoardSlot> _slots = [];
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <summary>An empty board.</summary>
    /// <param name="contracts">The contracts it is to hold.</param>
    /// <param name="logger">Where it logs; nowhere if null.</param>
    /// <param name="timeProvider">The clock by which ages are measured, the same as the client's; the system's if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    public MarketBoard(ContractSet contracts, ILogger<MarketBoard>? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        Contracts = contracts;
        _logger = logger ?? NullLogger<MarketBoard>.Instance;
        _time = timeProvider ?? TimeProvider.System;
        foreach (ContractKey contract in contracts)
        {
            _slots[contract] = new BoardSlot(contract);
        }
    }

    /// <summary>The contracts it was made for.</summary>
    public ContractSet Contracts { get; }

    /// <summary>The newest snapshot of a contract; null if none has come yet.</summary>
    /// <param name="contract">The contract, as it was asked for.</param>
    public MarketSnapshot? this[ContractKey contract] => _slots.TryGetValue(contract, out BoardSlot? slot) ? slot.Newest : null;

    /// <summary>One line: its state, how many of its contracts have a snapshot, and what it has counted.</summary>
    public override string ToString() => $"{State}, {_slots.Values.Count(static slot => slot.Newest is not null)} of {Contracts.Count} contracts, {Statistics}";

    /// <summary>The newest snapshot of a contract, with its age and whether it is interrupted.</summary>
    /// <param name="contract">The contract, as it was asked for.</param>
    /// <param name="entry">The entry; default if there is none.</param>
    /// <returns>False if no snapshot of it has come yet.</returns>
    public bool TryGet(ContractKey contract, out BoardEntry entry)
    {
        if (_slots.TryGetValue(contract, out BoardSlot? slot) && slot.Newest is { } newest)
        {
            entry = EntryOf(slot, newest, _time.GetUtcNow());
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>Every contract of which a snapshot has come, in the order of <see cref="Contracts"/>; what came under other identifiers is last.</summary>
    /// <remarks>Each entry is of one moment; between two of them the market may have moved.</remarks>
    public IReadOnlyList<BoardEntry> Snapshot()
    {
        DateTimeOffset now = _time.GetUtcNow();
        List<BoardEntry> entries = new(_slots.Count);
        foreach (BoardSlot slot in OrderedSlots())
        {
            if (slot.Newest is { } newest)
            {
                entries.Add(EntryOf(slot, newest, now));
            }
        }

        return entries;
    }

    /// <summary>The contracts as they were asked for, then what else has come.</summary>
    private IEnumerable<BoardSlot> OrderedSlots()
    {
        IEnumerable<BoardSlot> asked = Contracts.Select(contract => _slots[contract]);
        return _slots.Count == Contracts.Count ? asked : asked.Concat(_slots.Values.Where(slot => !Contracts.Contains(slot.Contract)));
    }

    private BoardEntry EntryOf(BoardSlot slot, MarketSnapshot newest, DateTimeOffset now)
    {
        TimeSpan age = now - newest.ReceivedAt;
        FeedState state = _state;

        // Under another identifier than it was asked for it comes by some connection, nobody knows which.
        bool isInterrupted = slot.IsInterrupted || state == FeedState.Ended || (state == FeedState.Interrupted && !Contracts.Contains(slot.Contract));
        return new BoardEntry(newest, age > TimeSpan.Zero ? age : TimeSpan.Zero, isInterrupted);
    }
}
