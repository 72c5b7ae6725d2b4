namespace HedgeTech.Ime.Hosting;

/// <summary>The state of one contract of a <see cref="MarketBoard"/> at the moment it was read.</summary>
/// <param name="Snapshot">The newest snapshot.</param>
/// <param name="Age">The time since the client received the snapshot, by the board's clock; never negative.</param>
/// <param name="IsInterrupted">Whether the contract's connection is down or the feed has ended. Newer snapshots may exist but do not arrive.</param>
public readonly record struct BoardEntry(MarketSnapshot Snapshot, TimeSpan Age, bool IsInterrupted)
{
    /// <summary>The contract.</summary>
    public ContractKey Contract => Snapshot.Contract;

    /// <summary>One line: the snapshot, its age, and whether the contract is interrupted.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Snapshot}, {Age.TotalSeconds:0.###} s old{(IsInterrupted ? ", interrupted" : "")}");
}
