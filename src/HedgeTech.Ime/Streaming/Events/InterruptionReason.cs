namespace HedgeTech.Ime;

/// <summary>Why a shard of a feed carries nothing for now.</summary>
public enum InterruptionReason
{
    /// <summary>The server closed the connection with a close frame.</summary>
    Closed,

    /// <summary>The connection ended without a close frame: a crash, a reset, a gateway's time-out, a dead network.</summary>
    ConnectionLost,

    /// <summary>A ping was not answered within <see cref="ConnectionOptions.KeepAliveTimeout"/>.</summary>
    KeepAliveTimeout,

    /// <summary>
    /// Nothing came for too long, and the service refused another connection beside the silent one. Otherwise a silent connection is replaced without an
    /// outage, see <see cref="FeedSilent"/>.
    /// </summary>
    Silence,

    /// <summary>The server refused the token or the contracts: 401, 403, or a close with 1008 before the first message.</summary>
    Refused,

    /// <summary>No token could be had for now.</summary>
    LoginFailed,

    /// <summary>No connection could be made, or the handshake failed, for now.</summary>
    ConnectFailed,
}
