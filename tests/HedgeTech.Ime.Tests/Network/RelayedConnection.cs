using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HedgeTech.Ime.Tests.Network;

/// <summary>One connection through the relay.</summary>
internal sealed class RelayedConnection(Socket client, Relay relay) : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private volatile TaskCompletionSource? _frozen;
    private volatile string? _handshake;

    /// <summary>The start of the handshake that the client sent, or null before the client sends one. A login may come first on the same connection.</summary>
    public string? Handshake => _handshake;

    public bool IsStream => _handshake is not null;

    public async Task RunAsync(int target)
    {
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAll(PumpAsync(client, _server, isFromServer: false), PumpAsync(_server, client, isFromServer: true));
        }
        catch (SocketException)
        {
            // The simulator is unreachable, and closing the connection shows that to the client.
        }

        Reset();
    }

    /// <summary>Stops forwarding in both directions, without closing anything.</summary>
    public void Freeze() => _frozen = new TaskCompletionSource();

    /// <summary>Closes both sides in an orderly way.</summary>
    public void Cut()
    {
        Shutdown(client);
        Shutdown(_server);
    }

    /// <summary>Ends the stream to the client. The client may still send.</summary>
    public void HalfClose() => Shutdown(client);

    /// <summary>Ends both sides abruptly. Data that has not arrived is lost.</summary>
    public void Reset()
    {
        _frozen?.TrySetResult();
        client.Close(0);
        _server.Close(0);
    }

    public void Dispose() => Reset();

    private static void Shutdown(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The connection has already ended.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isFromServer)
    {
        byte[] buffer = new byte[16 * 1024];
        long passed = 0;
        try
        {
            while (true)
            {
                int most = isFromServer && relay.BytesPerSecond is { } speed ? Math.Max(1, speed / 50) : buffer.Length;
                int read = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(most, buffer.Length)));
                if (_frozen is { } frozen)
                {
                    await frozen.Task;
                }

                if (!isFromServer && buffer.AsSpan(0, read).StartsWith("GET "u8))
                {
                    _handshake = Encoding.ASCII.GetString(buffer, 0, read);
                }

                if (isFromServer)
                {
                    await HoldBackAsync();
                    if (IsStream && relay.CutAfter is { } end && (relay.CutsWhich?.Invoke(this) ?? true) && passed + read >= end)
                    {
                        await to.SendAsync(buffer.AsMemory(0, (int)Math.Max(0, end - passed)));
                        Cut();
                        relay.HasCut.Release();
                        return;
                    }
                }

                if (read == 0)
                {
                    Shutdown(to);
                    return;
                }

                passed += IsStream ? read : 0;
                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            Shutdown(to);
        }
    }

    private async Task HoldBackAsync()
    {
        TimeSpan wait = relay.Delay + (relay.BytesPerSecond is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(20));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, TimeProvider.System);
        }
    }
}
