using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;
using HedgeTech.Ime.Json;
using HedgeTech.Ime.Streaming.Sinks;
using HedgeTech.Ime.Streaming.Supervision;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>Reads one open line to its end and passes every message to the feed.</summary>
internal sealed class LineReader(Line line, MarketConnection connection, SnapshotReader reader, FeedGate gate, FeedOptions options, FeedServices services, CancellationToken stopping)
{
    /// <summary>Few enough that the first of them waits only a few microseconds.</summary>
    private const int DefaultBatchSize = 16;

    private readonly TaskCompletionSource<Task<ConnectionEnd>> _leftThread = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReadMessage[] _gathered = new ReadMessage[MaxBatchSizeOf(options)];
    private readonly FrameCopies? _copies = options.Sinks.Count > 0 ? new FrameCopies() : null;
    private int _gatheredCount;
    private Moment _readAt;
    // Once: a second goodbye would cut the first one short.
    private readonly Lazy<Task> _closing = new(() => connection.CloseAsync(stopping));
    private bool _hasReceived;

    public Line Line { get; } = line;

    /// <summary>The task that reads the connection to its end.</summary>
    public Task<ConnectionEnd> Reading { get; private set; } = null!;

    /// <summary>Returns how many messages a line may report together: few enough that none of them removes another from the buffer while the consumer waits.</summary>
    public static int MaxBatchSizeOf(FeedOptions options) =>
        options.Delivery == FeedDelivery.LatestPerContract || options.Overflow == FeedOverflow.Wait ? 1 : Math.Min(DefaultBatchSize, options.Capacity);

    public void Start() => Reading = ReadToEndAsync();

    /// <summary>Sends a close frame and reads to the end.</summary>
    public async Task CloseAsync()
    {
        await _closing.Value.ConfigureAwait(false);
        await Reading.ConfigureAwait(false);
    }

    private async Task<ConnectionEnd> ReadToEndAsync()
    {
        try
        {
            using (stopping.UnsafeRegister(static state => ((LineReader)state!).Close(), this))
            {
                return await (services.DedicatedThreads ? ReadOnThreadAsync() : Task.Run(ReadAsync, CancellationToken.None)).ConfigureAwait(false);
            }
        }
        finally
        {
            try
            {
                ReportGathered();
            }
            finally
            {
                try
                {
                    await (_closing.IsValueCreated ? _closing.Value : Task.CompletedTask).ConfigureAwait(false);
                }
                finally
                {
                    await connection.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<ConnectionEnd> ReadOnThreadAsync()
    {
        using ReceivingThread thread = new($"HedgeTech.Ime {Line.Shard.Number}", ReceiveHere);
        thread.Start();
        return await (await _leftThread.Task.ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Receives one message on this thread; returns false when this thread is to receive no more.</summary>
    private bool ReceiveHere()
    {
        try
        {
            while (gate.WaitForSpace(Line) is { } space)
            {
                space.GetAwaiter().GetResult();
            }

            ValueTask<ReceivedMessage> receiving = connection.ReceiveHere();
            if (!receiving.IsCompleted && !connection.WaitsHere)
            {
                // The transport is not ours, so a thread that waits for it would gain nothing.
                return LeaveThread(ReadOnAsync(receiving));
            }

            ReceivedMessage message = receiving.IsCompleted ? receiving.Result : WaitFor(receiving);
            if (message.Kind == ReceivedKind.End)
            {
                return LeaveThread(Task.FromResult(connection.End));
            }

            Deliver(message);
            return true;
        }
        catch (Exception failure)
        {
            // Nobody would see an exception on this thread, so the line ends with it.
            return LeaveThread(Task.FromException<ConnectionEnd>(failure));
        }
    }

    /// <summary>Waits on this thread for a message that is received elsewhere, because a pong has to wait or the connection is being closed. The next one is received here again.</summary>
    private ReceivedMessage WaitFor(ValueTask<ReceivedMessage> receiving)
    {
        // Not on this thread: the consumer might run here while another thread receives.
        Task.Run(ReportGathered).GetAwaiter().GetResult();
        return receiving.AsTask().GetAwaiter().GetResult();
    }

    private bool LeaveThread(Task<ConnectionEnd> reading)
    {
        _leftThread.TrySetResult(reading);
        return false;
    }

    private async Task<ConnectionEnd> ReadOnAsync(ValueTask<ReceivedMessage> receiving)
    {
        // Not on the receiving thread: the consumer might run there while another thread receives.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        ReportGathered();
        ReceivedMessage message = await receiving.ConfigureAwait(false);
        if (message.Kind == ReceivedKind.End)
        {
            return connection.End;
        }

        Deliver(message);
        return await ReadAsync().ConfigureAwait(false);
    }

    private async Task<ConnectionEnd> ReadAsync()
    {
        while (true)
        {
            while (gate.WaitForSpace(Line) is { } space)
            {
                await space.ConfigureAwait(false);
            }

            ValueTask<ReceivedMessage> receiving = connection.ReceiveAsync();
            if (!receiving.IsCompleted)
            {
                // What was already in memory may be the end and not a message.
                ReportGathered();
            }

            ReceivedMessage message = await receiving.ConfigureAwait(false);
            if (message.Kind == ReceivedKind.End)
            {
                return connection.End;
            }

            Deliver(message);
        }
    }

    /// <summary>Sends a close frame in the background. Reading then reaches the end and waits for this.</summary>
    private void Close() => _ = _closing.Value;

    private void Deliver(in ReceivedMessage message)
    {
        // Messages that are reported together get the same time, because all of them were there when the first was read.
        Moment now = _readAt;
        if (_gatheredCount == 0)
        {
            now = _readAt = gate.Now;
            _copies?.Clear();
        }

        if (!_hasReceived)
        {
            _hasReceived = true;
            services.Meter.FirstMessage(now - Line.OpenedAt);
        }

        // While the next message is already in memory, reading it first costs less than reporting each one.
        FeedEvent read = Read(message, now.Utc);
        bool isLast = _gatheredCount + 1 == _gathered.Length || !connection.HasMore;
        _gathered[_gatheredCount++] = new ReadMessage(read, message.Length, _copies is null ? default : FrameOf(read, message, isLast));
        if (isLast)
        {
            ReportGathered();
        }
    }

    /// <summary>The message for the sinks: a copy, if the next one is read over it before it is reported.</summary>
    private ReadOnlyMemory<byte> FrameOf(FeedEvent read, in ReceivedMessage message, bool isLast) =>
        read is not MarketSnapshot { Frame: var frame } ? default : !frame.IsEmpty ? frame : isLast ? message.Bytes : _copies!.Keep(message.Bytes.Span);

    private FeedEvent Read(in ReceivedMessage message, DateTimeOffset now)
    {
        if (message.Kind == ReceivedKind.Oversized)
        {
            return Reject(message, $"The message of {message.Length} bytes exceeds ConnectionOptions.MaxMessageBytes.", message.Bytes.Length, now);
        }

        ReadOnlyMemory<byte> frame = options.KeepFrames ? message.Bytes.ToArray() : default;
        if (!reader.TryRead(message.Bytes.Span, now, frame, out MarketSnapshot? snapshot, out FormatError error))
        {
            return Reject(message, error.Reason, error.ByteOffset, now);
        }

        if (ImeMeter.MessageDelay.Enabled && (snapshot.Unavailable & SnapshotFields.Timestamp) == 0)
        {
            services.Meter.Received(now - snapshot.Timestamp);
        }

        return snapshot;
    }

    private FrameRejected Reject(in ReceivedMessage message, string reason, long byteOffset, DateTimeOffset now) =>
        new() { Frame = message.Bytes.ToArray(), Reason = connection.Clean(reason), ByteOffset = byteOffset, ReceivedAt = now };

    private void ReportGathered()
    {
        if (_gatheredCount > 0)
        {
            // Reset before the report: the consumer may run inside it while another thread receives.
            Span<ReadMessage> gathered = _gathered.AsSpan(0, _gatheredCount);
            _gatheredCount = 0;
            gate.Received(Line, gathered, _readAt);
        }
    }
}
