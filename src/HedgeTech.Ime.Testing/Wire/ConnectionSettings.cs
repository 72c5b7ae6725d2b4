namespace HedgeTech.Ime.Testing.Wire;

/// <summary>The settings that all connections of a simulator share.</summary>
/// <param name="KeepMessages">Whether to keep a copy of each message.</param>
/// <param name="Faults">The faults that happen after a number of messages.</param>
/// <param name="RevokeTokens">Invalidates all tokens.</param>
/// <param name="Restart">Starts a restart of the server.</param>
/// <param name="MarketMayGoOn">Notifies the market that a full connection has room again.</param>
internal sealed record ConnectionSettings(
    bool KeepMessages,
    Faults.FaultCounter Faults,
    Action RevokeTokens,
    Action Restart,
    Action MarketMayGoOn);
