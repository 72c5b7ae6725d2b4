using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>A server of raw bytes on a loopback port. The test handles each connection. The peer itself does not implement any protocol.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<RawSession, Task> _serve;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new(); // is never disposed of, because sessions may use it until they end
    private readonly ConcurrentBag<RawSession> _sessions = [];
    private readonly ConcurrentBag<Task> _tasks = [];

    private RawPeer(Func<RawSession, Task> serve, X509Certificate2? certificate, IPAddress address)
    {
        _serve = serve;
        _certificate = certificate;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _tasks.Add(AcceptAsync());
    }

    public IPEndPoint EndPoint { get; }

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://{EndPoint}");

    public int Accepted => _sessions.Count;

    /// <summary>The exceptions of the sessions, for the message of a failed assertion.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    public static RawPeer Start(Func<RawSession, Task> serve, X509Certificate2? certificate = null, IPAddress? address = null) =>
        new(serve, certificate, address ?? IPAddress.Loopback);

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (RawSession session in _sessions)
        {
            session.Dispose();
        }

        await Task.WhenAll(_tasks);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                RawSession session = new(socket, _stop.Token);
                _sessions.Add(session);
                _tasks.Add(ServeAsync(session));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The peer was disposed of.
        }
    }

    private async Task ServeAsync(RawSession session)
    {
        try
        {
            if (_certificate is not null)
            {
                SslStream secure = new(session.Stream);
                await secure.AuthenticateAsServerAsync(_certificate);
                session.Stream = secure;
            }

            await _serve(session);
        }
        catch (Exception failure)
        {
            Failures.Enqueue(failure); // often expected, because the client closed the connection
        }
    }
}
