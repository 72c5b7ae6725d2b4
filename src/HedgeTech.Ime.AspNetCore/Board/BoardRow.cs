using HedgeTech.Ime.Hosting;

namespace HedgeTech.Ime.AspNetCore.Board;

/// <summary>The state of one contract, and its JSON, which is written once for everyone who asks.</summary>
/// <param name="Snapshot">The newest snapshot.</param>
/// <param name="IsInterrupted">Whether newer ones do not arrive.</param>
/// <param name="Version">The version of the board with which this state came.</param>
/// <param name="Json">The state as JSON.</param>
internal sealed record BoardRow(MarketSnapshot Snapshot, bool IsInterrupted, long Version, byte[] Json)
{
    public ContractKey Contract => Snapshot.Contract;

    /// <summary>Whether an entry of the board is this state.</summary>
    public bool Shows(in BoardEntry entry) => ReferenceEquals(entry.Snapshot, Snapshot) && entry.IsInterrupted == IsInterrupted;
}
