namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>What kind of fault it is. The number is the exit code of <c>ime doctor</c>; it never changes its meaning.</summary>
internal enum FaultClass
{
    /// <summary>The name of the service has no address, or a wrong one.</summary>
    Name = 10,

    /// <summary>No TCP connection comes about.</summary>
    Network = 11,

    /// <summary>No TLS, or a certificate that is not to be trusted.</summary>
    Tls = 12,

    /// <summary>The clock of this machine and that of the service differ.</summary>
    Clock = 13,

    /// <summary>The user name and password are refused.</summary>
    Login = 14,

    /// <summary>The service uses other spellings or paths than the settings say.</summary>
    Spelling = 15,

    /// <summary>Login and handshake leave from different addresses, and the token is good for one of them only.</summary>
    Address = 16,

    /// <summary>Something on the way alters, blocks or cuts the traffic.</summary>
    Proxy = 17,

    /// <summary>The service does not take the token.</summary>
    Token = 18,

    /// <summary>The service does not stream a contract.</summary>
    Contract = 19,

    /// <summary>The service itself fails.</summary>
    Service = 20,

    /// <summary>The connection stands, but nothing comes although the market is open.</summary>
    Silence = 21,

    /// <summary>The stream breaks, is late, loses messages, or cannot be read.</summary>
    Stream = 22,

    /// <summary>The timestamps are read with the wrong offset from UTC.</summary>
    TimestampOffset = 23,
}
