using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>Opens connections to raw peers.</summary>
internal static class Open
{
    public const string Token = "eyJ.token.abc";

    public static Task<MarketConnection> Async(
        RawPeer peer,
        ContractSet contracts,
        CancellationToken cancellationToken,
        ConnectionOptions? options = null,
        Uri? baseAddress = null,
        string? scheme = null,
        TimeProvider? time = null,
        RecordingLogger? logger = null)
    {
        options ??= new ConnectionOptions();
        HttpMessageInvoker http = new(TransportHandler.Create(options)); // is never disposed of, because connections must not depend on it
        MarketConnector connector = new(baseAddress ?? peer.Address, options, scheme, http, logger ?? new RecordingLogger(), time ?? TimeProvider.System, ClientMeter.Of(null));
        return connector.OpenAsync(contracts, new AccessToken(Token, expiresAt: null), cancellationToken);
    }

    /// <summary>Opens a connection to a peer that accepts the handshake and then runs the given function.</summary>
    public static async Task<(RawPeer Peer, MarketConnection Connection)> WithAsync(Func<RawSession, Task> afterAccept, ConnectionOptions? options = null, RecordingLogger? logger = null, string header = "")
    {
        RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync(header: header);
            await afterAccept(session);
        });
        return (peer, await Async(peer, ContractSet.ByName("x"), Patience.Token, options, logger: logger));
    }
}
