using System.Collections;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>The contracts to stream: an ordered set of names and ids, mixed as you like.</summary>
/// <remarks>Immutable and thread-safe. Duplicates are merged; the order of first appearance is kept.</remarks>
public sealed class ContractSet : IReadOnlyCollection<ContractKey>
{
    private readonly ContractKey[] _contracts;
    private readonly HashSet<ContractKey> _lookup;

    /// <summary>A set of the given contracts.</summary>
    /// <param name="contracts">In their order; one that comes again is left out. Names and ids may be mixed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ArgumentException">There is none, or one is null, empty or blank, is not valid Unicode, or has an unknown kind.</exception>
    public ContractSet(IEnumerable<ContractKey> contracts)
    {
        ArgumentNullException.ThrowIfNull(contracts);

        _lookup = [];
        List<ContractKey> ordered = [];
        int position = 0;
        foreach (ContractKey contract in contracts)
        {
            Validate(contract, position++, nameof(contracts));
            if (_lookup.Add(contract))
            {
                ordered.Add(contract);
            }
        }

        if (ordered.Count == 0)
        {
            throw new ArgumentException("There is no contract in the set; name at least one.", nameof(contracts));
        }

        _contracts = [.. ordered];
    }

    /// <summary>The number of contracts: at least 1.</summary>
    public int Count => _contracts.Length;

    /// <summary>A set of contracts by name.</summary>
    /// <param name="contractNames">Their names as the service spells them, letter for letter.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractNames"/> is null.</exception>
    /// <exception cref="ArgumentException">There is none, or one is null, empty or blank, or is not valid Unicode.</exception>
    public static ContractSet ByName(params string[] contractNames) => ByName((IEnumerable<string>)contractNames);

    /// <inheritdoc cref="ByName(string[])"/>
    public static ContractSet ByName(IEnumerable<string> contractNames)
    {
        ArgumentNullException.ThrowIfNull(contractNames);
        return new ContractSet(contractNames.Select(static name => new ContractKey(ContractKeyKind.Name, name)));
    }

    /// <summary>A set of contracts by id.</summary>
    /// <param name="contractIds">Their ids, as texts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractIds"/> is null.</exception>
    /// <exception cref="ArgumentException">There is none, or one is null, empty or blank, or is not valid Unicode.</exception>
    public static ContractSet ById(params string[] contractIds) => ById((IEnumerable<string>)contractIds);

    /// <inheritdoc cref="ById(string[])"/>
    public static ContractSet ById(IEnumerable<string> contractIds)
    {
        ArgumentNullException.ThrowIfNull(contractIds);
        return new ContractSet(contractIds.Select(static id => new ContractKey(ContractKeyKind.Id, id)));
    }

    /// <summary>Whether the set holds the contract, compared ordinally.</summary>
    /// <param name="contract">The contract to look for.</param>
    public bool Contains(ContractKey contract) => _lookup.Contains(contract);

    /// <summary>The contracts in the order in which they were first given.</summary>
    public IEnumerator<ContractKey> GetEnumerator() => ((IEnumerable<ContractKey>)_contracts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The number of contracts, and the first three of them.</summary>
    public override string ToString() => PlainText.Of(
        Count <= 3 ? string.Join(", ", _contracts) : $"{Count} contracts: {string.Join(", ", _contracts.Take(3))}, …");

    private static void Validate(ContractKey contract, int position, string parameter)
    {
        if (contract.Kind is not (ContractKeyKind.Name or ContractKeyKind.Id))
        {
            throw new ArgumentException($"The contract at index {position} has the unknown kind {(int)contract.Kind}; use ContractKey.Name or ContractKey.Id.", parameter);
        }

        if (string.IsNullOrWhiteSpace(contract.Value))
        {
            throw new ArgumentException($"The contract {contract.Kind} at index {position} is null, empty or blank.", parameter);
        }

        for (int i = 0; i < contract.Value.Length; i++)
        {
            bool isPair = i + 1 < contract.Value.Length && char.IsSurrogatePair(contract.Value[i], contract.Value[i + 1]);
            if (char.IsSurrogate(contract.Value[i]) && !isPair)
            {
                throw new ArgumentException($"The contract {contract.Kind} at index {position} is not valid Unicode: half of a surrogate pair stands alone at character {i}.", parameter);
            }

            i += isPair ? 1 : 0;
        }
    }
}
