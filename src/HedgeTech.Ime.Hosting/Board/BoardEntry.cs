namespace HedgeTech.Ime.Hosting;

/// <summary>One contract of a <see cref="MarketBoard"/> at the moment of the question.</summary>
/// <param name="Snapshot">The newest snapshot.</param>
/// <param name="Age">How long ago the client received it, by the board's clock; never negative.</param>
/// <param name="IsInterrupted">Whether the connection that carries the contract is down, or the feed has ended: newer snapshots may exist and do not arrive.</param>
public readonly record struct BoardEntry(MarketSnapshot Snapshot, TimeSpan Age, bool IsInterrupted)
{
    /// <summary>The contract.</summary>
    public ContractKey Contract => Snapshot.Contract;

    /// <summary>One line: the snapshot, its age, and whether it is interrupted.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Snapshot}, {Age.TotalSeconds:0.###} s old{(IsInterrupted ? ", interrupted" : "")}");
}
