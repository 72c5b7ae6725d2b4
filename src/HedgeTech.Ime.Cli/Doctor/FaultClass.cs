namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>The kind of a fault. The number is the exit code of <c>ime doctor</c>, whose meaning never changes.</summary>
internal enum FaultClass
{
    /// <summary>The name of the service has no address, or a wrong one.</summary>
    Name = 10,

    /// <summary>No TCP connection can be opened.</summary>
    Network = 11,

    /// <summary>TLS fails, or the certificate cannot be trusted.</summary>
    Tls = 12,

    /// <summary>The clock of this machine and that of the service differ.</summary>
    Clock = 13,

    /// <summary>The user name and password are refused.</summary>
    Login = 14,

    /// <summary>The service uses other names or paths than the settings.</summary>
    Spelling = 15,

    /// <summary>Login and handshake use different addresses, and the token is only valid for one of them.</summary>
    Address = 16,

    /// <summary>Something on the way alters, blocks or cuts the traffic.</summary>
    Proxy = 17,

    /// <summary>The service does not accept the token.</summary>
    Token = 18,

    /// <summary>The service does not stream a contract.</summary>
    Contract = 19,

    /// <summary>The service itself fails.</summary>
    Service = 20,

    /// <summary>The connection is open, but nothing arrives although the market is open.</summary>
    Silence = 21,

    /// <summary>The stream breaks, is late, loses messages, or cannot be read.</summary>
    Stream = 22,

    /// <summary>The timestamps are read with the wrong offset from UTC.</summary>
    TimestampOffset = 23,
}
