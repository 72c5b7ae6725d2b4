using System.Buffers;
using System.Net.WebSockets;
using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing;

public sealed partial class SimulatorConnection
{
    private static readonly TimeSpan CloseAnswerWithin = TimeSpan.FromSeconds(1);

    private readonly ConnectionSettings _settings;

    /// <summary>Taken while the outbox is held, when a fault freezes; nothing else is taken while this is.</summary>
    private readonly Lock _freezing = new();
    private GateStream? _stream;
    private Action? _abort;
    private bool _isFrozen;
    private bool _isAborted;

    /// <summary>Carries the connection until it ends. Sending leads: reading only answers pings and tells when the client goes.</summary>
    internal async Task RunAsync(Stream upgraded, Action abort, CancellationToken aborted)
    {
        GateStream stream = new(upgraded);
        using CancellationTokenSource stopReading = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        lock (_freezing)
        {
            _stream = stream;
            if (_isFrozen)
            {
                stream.Freeze();
            }
        }

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
            await CarryAsync(stream, stopReading, aborted).ConfigureAwait(false);
        }
        finally
        {
            lock (_freezing)
            {
                _stream = null; // it holds on to the server's objects, and a record keeps this connection
            }

            lock (_gate)
            {
                // From here on the server may have given the request's objects to another.
                _abort = null;
            }
        }
    }

    internal void Abort()
    {
        Outbox.Over();
        lock (_gate)
        {
            _isAborted = true;
            _abort?.Invoke();
        }
    }

    internal void Over()
    {
        Outbox.Over();
        Outbox.Free();
        _ended.TrySetResult();
    }

    private async Task CarryAsync(GateStream stream, CancellationTokenSource stopReading, CancellationToken aborted)
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
                Batch batch = await Outbox.TakeAsync(aborted).ConfigureAwait(false);
                if (batch.Length > 0)
                {
                    await stream.WriteAsync(batch.Bytes, aborted).ConfigureAwait(false);
                    Record(batch);
                }

                Ending ending = batch.Ending;
                Outbox.Sent(batch);
                if (ending != Ending.None)
                {
                    return ending;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client or a command has cut the connection: that is one of the ends this class is for.
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
                    Outbox.Complete(Ending.Close, ClosePayload((int)(reader.CloseStatus is { } status && (int)status >= 1000 && (int)status != 1005 ? status : WebSocketCloseStatus.NormalClosure), ""));
                    return;
                }

                if (received.EndOfMessage)
                {
                    MessagesReceived++;
                    _recorder.Pulse();
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
}
