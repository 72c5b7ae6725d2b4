using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Tests.Network;

/// <summary>A TCP relay between client and simulator that causes network faults.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly int _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<RelayedConnection, Task> _connections = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    public Relay(Uri target)
    {
        _target = target.Port;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The number of bytes from the server after which the relay cuts each new connection, or null to cut none.</summary>
    public long? CutAfter { get; set; }

    /// <summary>Released once for each connection that the relay cuts after <see cref="CutAfter"/>.</summary>
    public SemaphoreSlim HasCut { get; } = new(0);

    /// <summary>Selects the connections to cut, or null for all.</summary>
    public Func<RelayedConnection, bool>? CutsWhich { get; set; }

    /// <summary>The number of bytes per second that the relay forwards from the server, or null for no limit.</summary>
    public int? BytesPerSecond { get; set; }

    public TimeSpan Delay { get; set; }

    public IReadOnlyList<RelayedConnection> Connections => [.. _connections.Keys];

    /// <summary>Whether the relay resets new connections immediately.</summary>
    public bool IsAway { get; set; }

    /// <summary>Released once for each new connection that the relay resets.</summary>
    public SemaphoreSlim TurnedAway { get; } = new(0);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        foreach (RelayedConnection connection in _connections.Keys)
        {
            connection.Reset();
        }

        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stopping.Dispose();
        TurnedAway.Dispose();
        HasCut.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                return; // the relay was stopped
            }

            if (IsAway)
            {
                client.Close(0);
                TurnedAway.Release();
                continue;
            }

            RelayedConnection connection = new(client, this);
            _connections[connection] = Task.Run(async () =>
            {
                await connection.RunAsync(_target);
                connection.Dispose();
                _connections.TryRemove(connection, out _);
            });
        }
    }
}
