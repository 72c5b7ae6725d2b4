namespace HedgeTech.Ime.Testing.Wire;

/// <summary>How the simulator ends a connection, after it has sent what waits.</summary>
internal enum Ending
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>TCP reset.</summary>
    Drop,

    /// <summary>Orderly end of the TCP connection, without a close frame or after the client's.</summary>
    End,

    /// <summary>A close frame was written. Wait for the client's for a limited time.</summary>
    Close,
}
