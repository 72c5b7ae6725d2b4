using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>A proxy between a client and Redis. It can stop forwarding on its current connections without closing them, as a network does when a router loses its state.</summary>
internal sealed class DeafProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _clients = [];
    private readonly int _target;
    private readonly Task _accepting;
    private int _generation;
    private int _open;

    public DeafProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Configuration => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Whether the proxy forwards new connections.</summary>
    public bool AcceptsNew { get; set; } = true;

    /// <summary>The number of connections so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>The number of connections that neither side has closed.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Stops forwarding on the current connections.</summary>
    public void Freeze() => Interlocked.Increment(ref _generation);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        lock (_gate)
        {
            _clients.ForEach(static client => client.Dispose());
        }

        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            TcpClient near = await _listener.AcceptTcpClientAsync(_ending.Token);
            TcpClient far = new();
            lock (_gate)
            {
                _clients.Add(near);
                _clients.Add(far);
            }

            Accepted++;
            int generation = AcceptsNew ? Volatile.Read(ref _generation) : -1;
            await far.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
            Interlocked.Increment(ref _open);
            _ = ForwardAsync(near, far, generation).ContinueWith(_ => Interlocked.Decrement(ref _open), TaskScheduler.Default);
            _ = ForwardAsync(far, near, generation);
        }
    }

    private async Task ForwardAsync(TcpClient from, TcpClient to, int generation)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _ending.Token) is > 0 and int count)
            {
                if (generation == Volatile.Read(ref _generation))
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _ending.Token);
                }
            }

            to.Dispose();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            to.Dispose(); // one side has closed the connection, so the proxy closes the other
        }
    }
}
