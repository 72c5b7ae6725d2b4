using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>The contracts to stream: an ordered set of names and ids, in any mix.</summary>
/// <remarks>
/// Immutable and thread-safe. Duplicates are removed, and the order of first appearance is kept. Two sets are equal if they contain the same contracts in
/// the same order: the order decides which connection streams a contract, and in which order a board shows it. A collection expression creates a set:
/// <c>ContractSet contracts = [ContractKey.Name("SAFAB03"), ContractKey.Id("276")];</c>
/// </remarks>
[CollectionBuilder(typeof(ContractSet), nameof(Create))]
[JsonConverter(typeof(ContractSetJsonConverter))]
public sealed class ContractSet : IReadOnlyCollection<ContractKey>, IEquatable<ContractSet>
{
    private readonly ContractKey[] _contracts;
    private readonly HashSet<ContractKey> _lookup;

    /// <summary>Creates a set of the given contracts.</summary>
    /// <param name="contracts">The contracts in order. Duplicates are removed. Names and ids may be mixed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no contracts, or a contract is null, empty or blank, is not valid Unicode, or has an unknown kind.</exception>
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
            throw new ArgumentException("The set is empty. Name at least one contract.", nameof(contracts));
        }

        _contracts = [.. ordered];
    }

    /// <summary>The number of contracts: at least 1.</summary>
    public int Count => _contracts.Length;

    /// <summary>Whether two sets contain the same contracts in the same order.</summary>
    public static bool operator ==(ContractSet? left, ContractSet? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two sets differ in their contracts or in the order of the contracts.</summary>
    public static bool operator !=(ContractSet? left, ContractSet? right) => !(left == right);

    /// <summary>Creates a set of the given contracts. Collection expressions call it.</summary>
    /// <param name="contracts">The contracts in order. Duplicates are removed. Names and ids may be mixed.</param>
    /// <exception cref="ArgumentException">There are no contracts, or a contract is null, empty or blank, is not valid Unicode, or has an unknown kind.</exception>
    public static ContractSet Create(ReadOnlySpan<ContractKey> contracts) => new(contracts.ToArray());

    /// <summary>Creates a set of contracts by name.</summary>
    /// <param name="contractNames">The names exactly as the service spells them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractNames"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no contracts, or a contract is null, empty or blank, or is not valid Unicode.</exception>
    public static ContractSet ByName(params string[] contractNames) => ByName((IEnumerable<string>)contractNames);

    /// <inheritdoc cref="ByName(string[])"/>
    public static ContractSet ByName(IEnumerable<string> contractNames)
    {
        ArgumentNullException.ThrowIfNull(contractNames);
        return new ContractSet(contractNames.Select(static name => new ContractKey(ContractKeyKind.Name, name)));
    }

    /// <summary>Creates a set of contracts by id.</summary>
    /// <param name="contractIds">The ids, as text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractIds"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no contracts, or a contract is null, empty or blank, or is not valid Unicode.</exception>
    public static ContractSet ById(params string[] contractIds) => ById((IEnumerable<string>)contractIds);

    /// <inheritdoc cref="ById(string[])"/>
    public static ContractSet ById(IEnumerable<string> contractIds)
    {
        ArgumentNullException.ThrowIfNull(contractIds);
        return new ContractSet(contractIds.Select(static id => new ContractKey(ContractKeyKind.Id, id)));
    }

    /// <summary>Whether the set contains the contract, compared ordinally.</summary>
    /// <param name="contract">The contract to look for.</param>
    public bool Contains(ContractKey contract) => _lookup.Contains(contract);

    /// <summary>Whether another set contains the same contracts in the same order.</summary>
    /// <param name="other">The other set.</param>
    public bool Equals(ContractSet? other) => ReferenceEquals(this, other) || (other is not null && _contracts.AsSpan().SequenceEqual(other._contracts));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ContractSet);

    /// <summary>Returns a hash code that is equal for equal sets.</summary>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (ContractKey contract in _contracts)
        {
            hash.Add(contract);
        }

        return hash.ToHashCode();
    }

    /// <summary>Enumerates the contracts in order.</summary>
    public IEnumerator<ContractKey> GetEnumerator() => ((IEnumerable<ContractKey>)_contracts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Up to three contracts, or the number of contracts and the first three.</summary>
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
