using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Replay;

/// <summary>The contracts of a segment, by the numbers that its messages have for them.</summary>
/// <param name="wanted">The contracts that are replayed.</param>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentContracts(IReadOnlySet<ContractKey> wanted)
{
    private readonly List<(ContractKey Contract, bool IsWanted)?> _table = [];
    private bool _isBeginKnown;

    /// <summary>Those that are replayed: all, if the begin that names them cannot be read, because each of them may be recorded.</summary>
    public IReadOnlyCollection<ContractKey> Wanted => _isBeginKnown ? [.. _table.Where(static one => one is { IsWanted: true }).Select(static one => one!.Value.Contract)] : wanted;

    /// <summary>Another segment is read.</summary>
    /// <param name="begin">Its begin; null if that cannot be read.</param>
    public void Begin(SegmentBegin? begin)
    {
        _table.Clear();
        _isBeginKnown = begin is not null;
        Add(0, begin?.Contracts ?? []);
    }

    /// <summary>A mark names more contracts, or some of them again.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="contracts">The contracts.</param>
    public void Add(int first, IReadOnlyList<ContractKey> contracts)
    {
        while (_table.Count < first)
        {
            _table.Add(null); // lost with a damaged begin: the message itself tells
        }

        for (int index = 0; index < contracts.Count; index++)
        {
            if (first + index >= _table.Count)
            {
                _table.Add((contracts[index], wanted.Contains(contracts[index])));
            }
        }
    }

    /// <summary>Whether the contract with a number is replayed; null if the number is not known.</summary>
    public bool? IsWanted(int number) => number < _table.Count ? _table[number]?.IsWanted : null;
}
