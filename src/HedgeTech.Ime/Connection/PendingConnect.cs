using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace HedgeTech.Ime.Connection;

/// <summary>What a request is connecting. If the request is given up meanwhile, its socket is closed.</summary>
/// <remarks>Thread-safe.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without timer and wait handle holds nothing to dispose of, and it may be looked at after the request has ended.")]
internal sealed class PendingConnect
{
    private readonly CancellationTokenSource _abandoned = new();
    private Socket? _socket;

    /// <summary>Cancelled when the request is given up.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>The socket is connected, but TLS and tunnel are not; it is closed if the request is given up.</summary>
    public void Hold(Socket socket)
    {
        Interlocked.Exchange(ref _socket, socket);
        if (_abandoned.IsCancellationRequested)
        {
            Close();
        }
    }

    /// <summary>The connection is complete and no longer this request's alone.</summary>
    public void Release() => Interlocked.Exchange(ref _socket, null);

    /// <summary>The request is given up.</summary>
    public async Task AbandonAsync()
    {
        await _abandoned.CancelAsync().ConfigureAwait(false);
        Close();
    }

    private void Close() => Interlocked.Exchange(ref _socket, null)?.Dispose();
}
