namespace HedgeTech.Ime.Testing.Wire;

/// <summary>What every connection of a simulator has in common.</summary>
/// <param name="KeepMessages">Whether a copy of each message is kept.</param>
/// <param name="Faults">The faults that come after a number of messages.</param>
/// <param name="RevokeTokens">Invalidates all tokens.</param>
/// <param name="Restart">Begins a restart of the server.</param>
/// <param name="MarketMayGoOn">Tells the market that a full connection has room again.</param>
internal sealed record ConnectionSettings(
    bool KeepMessages,
    Faults.FaultCounter Faults,
    Action RevokeTokens,
    Action Restart,
    Action MarketMayGoOn);
