namespace HedgeTech.Ime;

/// <summary>Why a connection of a feed is interrupted.</summary>
public enum InterruptionReason
{
    /// <summary>The server closed the connection with a close frame.</summary>
    Closed,

    /// <summary>The connection ended without a close frame: a crash, a reset, the timeout of a gateway, a dead network.</summary>
    ConnectionLost,

    /// <summary>A ping was not answered within <see cref="ConnectionOptions.KeepAliveTimeout"/>.</summary>
    KeepAliveTimeout,

    /// <summary>
    /// No message arrived for too long, and the service refused a second connection beside the silent one. Otherwise the feed replaces a silent connection
    /// without an outage; see <see cref="FeedSilent"/>.
    /// </summary>
    Silence,

    /// <summary>The server refused the token or the contracts: 401, 403, or a close with 1008 before the first message.</summary>
    Refused,

    /// <summary>The client could not get a token for now.</summary>
    LoginFailed,

    /// <summary>The client could not connect, or the handshake failed, for now.</summary>
    ConnectFailed,
}
