using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace HedgeTech.Ime.Testing.Server;

/// <summary>The loopback server of a simulator, which keeps its port when it stops and starts again. Thread-safe.</summary>
/// <param name="port">The port to listen on; 0 lets the operating system choose one.</param>
/// <param name="certificate">The certificate for https; null for http.</param>
/// <param name="answer">Answers each request.</param>
/// <param name="dropConnections">Resets the upgraded connections, which the server does not close itself.</param>
internal sealed class RestartableServer(int port, X509Certificate2? certificate, RequestDelegate answer, Action dropConnections) : IAsyncDisposable
{
    private readonly SemaphoreSlim _startStop = new(1, 1);
    private LoopbackServer? _server;
    private int _port = port;
    private volatile bool _isClosed;

    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1");

    public bool IsRunning => _server is not null;

    /// <summary>Starts listening; does nothing if it already listens.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ObjectDisposedException">The server is closed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _startStop.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            if (_server is null)
            {
                _server = await LoopbackServer.StartAsync(_port, certificate, answer, cancellationToken).ConfigureAwait(false);
                _port = _server.Port;
                BaseAddress = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{_port}");
            }
        }
        finally
        {
            _startStop.Release();
        }
    }

    /// <summary>Resets every connection and stops listening.</summary>
    public async Task StopAsync()
    {
        await _startStop.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_server is { } server)
            {
                _server = null;
                dropConnections();
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _startStop.Release();
        }
    }

    /// <summary>Prevents further starts. Returns false if it was called before.</summary>
    public bool TryClose() => !Interlocked.Exchange(ref _isClosed, true);

    /// <summary>Stops for good. The semaphore is not disposed: it holds no resources, and a late caller may still wait for it.</summary>
    public async ValueTask DisposeAsync()
    {
        TryClose();
        await StopAsync().ConfigureAwait(false);
    }

    /// <exception cref="ObjectDisposedException">The server is closed.</exception>
    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, typeof(ImeSimulator));
}
