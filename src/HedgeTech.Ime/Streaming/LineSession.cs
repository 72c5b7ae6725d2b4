using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Streaming;

/// <summary>An open line: reads its connection to the end and hands every message to the feed.</summary>
internal sealed class LineSession(Line line, MarketConnection connection, SnapshotReader reader, bool keepFrames, MarketFeed feed)
{
    private Task _closing = Task.CompletedTask;

    public Line Line { get; } = line;

    /// <summary>The reading of the connection, to its end.</summary>
    public Task<ConnectionEnd> Reading { get; private set; } = null!;

    public void Start(CancellationToken stopping) => Reading = Task.Run(() => ReadAsync(stopping), CancellationToken.None);

    /// <summary>Says goodbye and reads to the end.</summary>
    public async Task CloseAsync()
    {
        await connection.CloseAsync().ConfigureAwait(false);
        await Reading.ConfigureAwait(false);
    }

    private async Task<ConnectionEnd> ReadAsync(CancellationToken stopping)
    {
        try
        {
            using (stopping.UnsafeRegister(static state => ((LineSession)state!).Close(), this))
            {
                while (true)
                {
                    ReceivedMessage message = await connection.ReceiveAsync().ConfigureAwait(false);
                    if (message.Kind == ReceivedKind.End)
                    {
                        return message.End!;
                    }

                    Deliver(message);
                    if (feed.ProducersMustWait)
                    {
                        await feed.WaitForSpaceAsync().ConfigureAwait(false);
                    }
                }
            }
        }
        finally
        {
            await _closing.ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Says goodbye in the background; the reading then comes to its end, and waits for this.</summary>
    private void Close() => _closing = connection.CloseAsync();

    private void Deliver(in ReceivedMessage message)
    {
        DateTimeOffset now = feed.Now;
        if (message.Kind == ReceivedKind.Oversized)
        {
            Reject(message, $"The message of {message.Length} bytes exceeds ConnectionOptions.MaxMessageBytes.", message.Bytes.Length, now);
            return;
        }

        ReadOnlyMemory<byte> frame = keepFrames ? message.Bytes.ToArray() : default;
        if (reader.TryRead(message.Bytes.Span, now, frame, out MarketSnapshot? snapshot, out FormatError error))
        {
            feed.OnSnapshot(Line, snapshot, message.Length);
        }
        else
        {
            Reject(message, error.Reason, error.ByteOffset, now);
        }
    }

    private void Reject(in ReceivedMessage message, string reason, long byteOffset, DateTimeOffset now) =>
        feed.OnRejected(Line, new FrameRejected { Frame = message.Bytes.ToArray(), Reason = reason, ByteOffset = byteOffset, ReceivedAt = now }, message.Length);
}
