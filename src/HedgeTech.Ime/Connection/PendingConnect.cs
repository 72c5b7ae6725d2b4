using System.Diagnostics.CodeAnalysis;

namespace HedgeTech.Ime.Connection;

/// <summary>The connection that a request is opening. If the request is abandoned meanwhile, the connection is closed.</summary>
/// <remarks>Thread-safe.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without a timer or wait handle has nothing to dispose, and it may be used after the request has ended.")]
internal sealed class PendingConnect
{
    private readonly CancellationTokenSource _abandoned = new();
    private Stream? _connection;

    /// <summary>Cancelled when the request is abandoned.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Records that TCP is connected, but TLS and tunnel are not. The connection is closed if the request is abandoned.</summary>
    public void Hold(Stream connection)
    {
        Interlocked.Exchange(ref _connection, connection);
        if (_abandoned.IsCancellationRequested)
        {
            Close();
        }
    }

    /// <summary>Records that the connection is complete. From now on the pool may give it to another request.</summary>
    public void Release() => Interlocked.Exchange(ref _connection, null);

    public async Task AbandonAsync()
    {
        await _abandoned.CancelAsync().ConfigureAwait(false);
        Close();
    }

    private void Close() => Interlocked.Exchange(ref _connection, null)?.Dispose();
}
