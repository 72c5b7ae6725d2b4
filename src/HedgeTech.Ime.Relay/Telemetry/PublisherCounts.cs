using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Telemetry;

/// <summary>Counts what a publisher writes. Thread-safe.</summary>
internal sealed class PublisherCounts(string name, TimeProvider timeProvider)
{
    private readonly KeyValuePair<string, object?>[] _tags = [new("ime.relay.name", name), new("ime.relay.side", "publisher")];
    private long _messages;
    private long _entries;
    private long _bytes;
    private long _dropped;
    private long _oldest; // UTC ticks; 0 if everything is confirmed
    private int _takeovers;

    public RelayPublisherStatistics Read(bool isReady, DateTimeOffset? lastAnswerAt) => new()
    {
        IsReady = isReady,
        LastAnswerAt = lastAnswerAt,
        Lag = Interlocked.Read(ref _oldest) is > 0 and long ticks && timeProvider.GetUtcNow() - new DateTimeOffset(ticks, TimeSpan.Zero) is { Ticks: > 0 } age ? age : TimeSpan.Zero,
        Messages = Interlocked.Read(ref _messages),
        Entries = Interlocked.Read(ref _entries),
        Bytes = Interlocked.Read(ref _bytes),
        Dropped = Interlocked.Read(ref _dropped),
        Takeovers = Volatile.Read(ref _takeovers),
    };

    public void Waiting(long? oldestReceivedAt, long dropped)
    {
        Interlocked.Exchange(ref _oldest, oldestReceivedAt ?? 0);
        Interlocked.Exchange(ref _dropped, dropped);
    }

    public void Began()
    {
        Interlocked.Increment(ref _takeovers);
        RelayMeter.Takeovers.Add(1, _tags);
    }

    public void Written(PublishRequest entry)
    {
        long bytes = 0;
        foreach (LogItem item in entry.Items)
        {
            bytes += item.Bytes.Length;
            if (!item.IsEvent && RelayMeter.Lag.Enabled)
            {
                RelayMeter.Lag.Record(Math.Max(0, (timeProvider.GetUtcNow().UtcTicks - item.ReceivedAt) / (double)TimeSpan.TicksPerSecond), _tags);
            }
        }

        Interlocked.Increment(ref _entries);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _messages, entry.After.Messages - entry.Before.Messages);
        RelayMeter.Entries.Add(1, _tags);
        RelayMeter.Bytes.Add(bytes, _tags);
    }
}
