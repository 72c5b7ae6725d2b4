namespace HedgeTech.Ime.Testing.Wire;

/// <summary>How a connection is ended by the simulator, once what waits before has been sent.</summary>
internal enum Ending
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>TCP reset.</summary>
    Drop,

    /// <summary>TCP's orderly end, without a close frame or after the client's.</summary>
    End,

    /// <summary>A close frame has been written; wait for the client's, but not for long.</summary>
    Close,
}
