using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Telemetry;

/// <summary>Counts what all enumerations of a source read. Thread-safe.</summary>
internal sealed class SourceCounts(string name, TimeProvider timeProvider)
{
    private readonly KeyValuePair<string, object?>[] _tags = [new("ime.relay.name", name), new("ime.relay.side", "reader")];
    private long _messages;
    private long _entries;
    private long _bytes;
    private long _repairs;
    private long _interruptions;
    private long _lag;
    private long _lastPush;

    public RelaySourceStatistics Read(int streams, bool isConnected) => new()
    {
        Streams = streams,
        IsConnected = isConnected,
        Messages = Interlocked.Read(ref _messages),
        Entries = Interlocked.Read(ref _entries),
        Bytes = Interlocked.Read(ref _bytes),
        Repairs = Interlocked.Read(ref _repairs),
        Interruptions = Interlocked.Read(ref _interruptions),
        Lag = TimeSpan.FromTicks(Interlocked.Read(ref _lag)),
        LastPushAt = Interlocked.Read(ref _lastPush) is > 0 and long ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
    };

    public void Pushed(LogEntry push)
    {
        Interlocked.Exchange(ref _lastPush, timeProvider.GetUtcNow().UtcTicks);
        if (push.Kind == EntryKind.Items)
        {
            Count(1, push.Size);
        }
    }

    public void Repaired(IReadOnlyList<LogEntry> entries)
    {
        if (entries.Count > 0)
        {
            Interlocked.Increment(ref _repairs);
            RelayMeter.Repairs.Add(1, _tags);
            Count(entries.Count, entries.Sum(static entry => (long)entry.Size));
        }
    }

    public void Delivered(DateTimeOffset receivedAt, DateTimeOffset now)
    {
        Interlocked.Increment(ref _messages);
        TimeSpan lag = now > receivedAt ? now - receivedAt : TimeSpan.Zero; // the clocks of two machines may differ
        Interlocked.Exchange(ref _lag, lag.Ticks);
        RelayMeter.Lag.Record(lag.TotalSeconds, _tags);
    }

    public void Interrupted() => Interlocked.Increment(ref _interruptions);

    private void Count(long entries, long bytes)
    {
        Interlocked.Add(ref _entries, entries);
        Interlocked.Add(ref _bytes, bytes);
        RelayMeter.Entries.Add(entries, _tags);
        RelayMeter.Bytes.Add(bytes, _tags);
    }
}
