using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Tests.Network;

/// <summary>A TCP relay between client and simulator that does to connections what networks do.</summary>
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

    /// <summary>After how many bytes from the server the next connections are cut; null: never.</summary>
    public long? CutAfter { get; set; }

    /// <summary>One for each connection that was cut so.</summary>
    public SemaphoreSlim HasCut { get; } = new(0);

    /// <summary>Which connections are cut: all if null.</summary>
    public Func<RelayedConnection, bool>? CutsWhich { get; set; }

    /// <summary>How many bytes a second come from the server; null: as many as there are.</summary>
    public int? BytesPerSecond { get; set; }

    public TimeSpan Delay { get; set; }

    public IReadOnlyList<RelayedConnection> Connections => [.. _connections.Keys];

    /// <summary>Whether new connections are reset at once.</summary>
    public bool IsAway { get; set; }

    /// <summary>One for each connection that was reset so.</summary>
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
                return; // it was stopped
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
