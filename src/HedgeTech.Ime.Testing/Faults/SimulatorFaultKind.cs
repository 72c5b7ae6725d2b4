namespace HedgeTech.Ime.Testing;

/// <summary>The kind of a fault.</summary>
public enum SimulatorFaultKind
{
    /// <summary>The connection is reset, without a close frame: see <see cref="SimulatorConnection.Drop"/>.</summary>
    Drop,

    /// <summary>The TCP connection ends in an orderly way, without a close frame: see <see cref="SimulatorConnection.EndAsync"/>.</summary>
    End,

    /// <summary>The connection is closed with <see cref="SimulatorFault.CloseStatus"/>: see <see cref="SimulatorConnection.CloseAsync"/>.</summary>
    Close,

    /// <summary>The connection stays open and silent: see <see cref="SimulatorConnection.Stall"/>.</summary>
    Stall,

    /// <summary>Pings are not answered: see <see cref="SimulatorConnection.FreezePongs"/>.</summary>
    FreezePongs,

    /// <summary>Every token issued so far becomes invalid: see <see cref="ImeSimulator.RevokeTokens"/>.</summary>
    RevokeTokens,

    /// <summary>The server stops and starts again: see <see cref="ImeSimulator.RestartAsync"/>.</summary>
    Restart,
}
