using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>The slots of a board: one for each requested contract, and a few for contracts that arrive under another identifier.</summary>
/// <remarks>Thread-safe. Reading takes no lock.</remarks>
internal sealed class BoardTable
{
    private readonly ConcurrentDictionary<ContractKey, BoardSlot> _slots = [];

    public BoardTable(ContractSet contracts)
    {
        Contracts = contracts;
        foreach (ContractKey contract in contracts)
        {
            _slots[contract] = new BoardSlot(contract);
        }
    }

    /// <summary>The requested contracts.</summary>
    public ContractSet Contracts { get; }

    public int Count => _slots.Count;

    /// <summary>Whether there is no room for another unrequested contract.</summary>
    /// <remarks>A contract has a name and an id, so each requested contract may add one more. Anything beyond that must not use up the memory.</remarks>
    public bool IsFull => _slots.Count >= 2 * Contracts.Count;

    /// <summary>The slot of a contract on the board.</summary>
    public BoardSlot this[ContractKey contract] => _slots[contract];

    public bool Contains(ContractKey contract) => _slots.ContainsKey(contract);

    public bool TryGet(ContractKey contract, [NotNullWhen(true)] out BoardSlot? slot) => _slots.TryGetValue(contract, out slot);

    public void Add(BoardSlot slot) => _slots[slot.Contract] = slot;

    /// <summary>The requested contracts in their order, then the unrequested ones.</summary>
    public IEnumerable<BoardSlot> InOrder()
    {
        IEnumerable<BoardSlot> requested = Contracts.Select(contract => _slots[contract]);
        return _slots.Count == Contracts.Count ? requested : requested.Concat(_slots.Values.Where(slot => !Contracts.Contains(slot.Contract)));
    }

    public int CountWithSnapshot() => _slots.Values.Count(static slot => slot.Newest is not null);

    public (int Interrupted, int Silent) CountOutages()
    {
        int interrupted = 0;
        int silent = 0;
        foreach (BoardSlot slot in _slots.Values)
        {
            interrupted += slot.IsInterrupted ? 1 : 0;
            silent += slot is { IsSilent: true, IsInterrupted: false } ? 1 : 0;
        }

        return (interrupted, silent);
    }
}
