using System.Buffers;
using System.Net.WebSockets;
using HedgeTech.Ime.Testing.Records;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>Runs one connection from the upgrade to its end: sends the batches of the outbox, answers pings and notices when the client leaves.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConnectionSession(Outbox outbox, SentMessages sent, PongGate pongs, Recorder recorder)
{
    private static readonly TimeSpan CloseAnswerWithin = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Action? _abort;
    private bool _isAborted;

    /// <summary>The number of data messages from the client.</summary>
    public int MessagesReceived { get; private set; }

    /// <summary>The code of the client's close frame; null before it arrives, and if it has none.</summary>
    public int? ClientCloseStatus { get; private set; }

    /// <summary>Runs the connection until it ends. Writing decides when it ends; reading answers pings and notices the client's close frame.</summary>
    public async Task RunAsync(Stream upgraded, Action abort, CancellationToken aborted)
    {
        GateStream stream = new(upgraded);
        using CancellationTokenSource stopReading = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        pongs.Attach(stream);
        lock (_gate)
        {
            _abort = abort;
            if (_isAborted)
            {
                abort();
            }
        }

        try
        {
            await RunAsync(stream, stopReading, aborted).ConfigureAwait(false);
        }
        finally
        {
            pongs.Detach();
            lock (_gate)
            {
                // From here on, the server may reuse the objects of the request for another one.
                _abort = null;
            }
        }
    }

    /// <summary>Resets the connection. Works before and after <see cref="RunAsync(Stream, Action, CancellationToken)"/> too.</summary>
    public void Abort()
    {
        outbox.Over();
        lock (_gate)
        {
            _isAborted = true;
            _abort?.Invoke();
        }
    }

    private async Task RunAsync(GateStream stream, CancellationTokenSource stopReading, CancellationToken aborted)
    {
        using WebSocket reader = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        Task reading = ReadAsync(reader, stopReading.Token);
        Ending ending = await WriteAsync(stream, aborted).ConfigureAwait(false);
        if (ending == Ending.Close)
        {
            await Task.WhenAny(reading, Task.Delay(CloseAnswerWithin, TimeProvider.System, aborted)).ConfigureAwait(false);
        }
        else if (ending is Ending.Drop or Ending.None)
        {
            Abort();
        }

        await stopReading.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
    }

    private async Task<Ending> WriteAsync(GateStream stream, CancellationToken aborted)
    {
        try
        {
            while (true)
            {
                Batch batch = await outbox.TakeAsync(aborted).ConfigureAwait(false);
                if (batch.Length > 0)
                {
                    await stream.WriteAsync(batch.Bytes, aborted).ConfigureAwait(false);
                    sent.Add(batch);
                    recorder.Pulse();
                }

                Ending ending = batch.Ending;
                outbox.Sent(batch);
                if (ending != Ending.None)
                {
                    return ending;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client or a command cut the connection, which is one of the normal ends.
            return Ending.None;
        }
    }

    private async Task ReadAsync(WebSocket reader, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult received = await reader.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    ClientCloseStatus = (int?)reader.CloseStatus;
                    outbox.Complete(Ending.Close, AnswerTo(reader.CloseStatus));
                    return;
                }

                if (received.EndOfMessage)
                {
                    MessagesReceived++;
                    recorder.Pulse();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is ending anyway.
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Some codes are not allowed in a close frame: they stand for a close frame without a code. The answer to those is a normal closure.
    private static byte[] AnswerTo(WebSocketCloseStatus? status) =>
        CloseFrame.Payload((int)(status is { } given && (int)given >= 1000 && (int)given != 1005 ? given : WebSocketCloseStatus.NormalClosure), "");
}
