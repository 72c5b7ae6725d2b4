namespace HedgeTech.Ime;

/// <summary>The open interest of a contract. Wire: <c>data.ContractInfo</c>.</summary>
/// <param name="OpenInterest">The number of open contracts. The service does not document the unit. Wire: <c>open_interest</c>.</param>
/// <param name="OpenInterestChange">The signed change of the open interest. The service does not document since when. Wire: <c>open_interest_changes</c>.</param>
public readonly record struct ContractInfo(long OpenInterest, long OpenInterestChange)
{
    /// <summary>One line: <c>open interest 120 (change -3)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"open interest {OpenInterest} (change {OpenInterestChange})");
}
