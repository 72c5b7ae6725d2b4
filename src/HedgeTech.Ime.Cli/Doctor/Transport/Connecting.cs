using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>Connects as the client does (the address family that worked last comes first), and remembers the family. Thread-safe.</summary>
internal sealed class Connecting(Func<string, CancellationToken, Task<IPAddress[]>> resolve, AddressFamily family, TimeSpan bound, TimeProvider time)
{
    private volatile AddressFamily _last;

    /// <summary>The family of the last connection; null before the first.</summary>
    public AddressFamily? LastFamily => _last == AddressFamily.Unspecified ? null : _last;

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = [.. (await resolve(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false))
            .Where(IsWanted)
            .OrderBy(address => address.AddressFamily == _last ? 0 : 1)];
        Exception failure = new SocketException((int)SocketError.HostNotFound);
        foreach (IPAddress address in addresses)
        {
            using CancellationTokenSource share = new(bound / addresses.Length, time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), either.Token).ConfigureAwait(false);
                _last = address.AddressFamily;
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception failed) when (failed is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                failure = failed is SocketException ? failed : new SocketException((int)SocketError.TimedOut);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure;
    }

    /// <summary>Whether the settings allow the address.</summary>
    public bool IsWanted(IPAddress address) => family is AddressFamily.Unspecified || address.AddressFamily == family;
}
