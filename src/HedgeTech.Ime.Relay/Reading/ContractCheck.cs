using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Reading;

/// <summary>Notices what a reader waits for in vain: a relay that nobody has written, or contracts that the relay does not have. Says so once, until it changes. Not thread-safe.</summary>
/// <param name="wanted">The contracts that the reader asks for.</param>
/// <param name="isEmpty">Called when nobody has ever written the relay.</param>
/// <param name="lacks">Called with the contracts that the relay does not have, and with those that it has.</param>
internal sealed class ContractCheck(ContractSet wanted, Action isEmpty, Action<string, string> lacks)
{
    /// <summary>How many contracts are named. The others are counted.</summary>
    private const int Named = 10;

    private const int LongestName = 100;

    private string? _told;
    private IReadOnlyList<string>? _looked;

    /// <summary>Looks at what a read has found.</summary>
    /// <param name="relayed">The contracts of the relay: the same list as long as they are the same; null if nobody has written it.</param>
    public void Look(IReadOnlyList<string>? relayed)
    {
        if (relayed is not null && ReferenceEquals(relayed, _looked))
        {
            return;
        }

        _looked = relayed;
        string found = relayed is null ? "" : Name([.. wanted.Where(contract => !relayed.Contains(RelayContracts.Write(contract))).Select(static contract => contract.ToString())]);
        if (found == _told)
        {
            return;
        }

        _told = found;
        if (relayed is null)
        {
            isEmpty();
        }
        else if (found.Length > 0)
        {
            lacks(found, Name([.. relayed.Select(static contract => contract.StartsWith("name:", StringComparison.Ordinal) ? contract["name:".Length..] : contract)]));
        }
    }

    private static string Name(IReadOnlyList<string> contracts) =>
        string.Join(", ", contracts.Take(Named).Select(Clean)) + (contracts.Count > Named ? $" and {contracts.Count - Named} more" : "");

    // Anyone who can write to Redis can write a name.
    private static string Clean(string name) => string.Concat(name.Where(static c => !char.IsControl(c)).Take(LongestName));
}
