using System.Buffers.Binary;
using HedgeTech.Ime.Streaming.Sinks;
using HedgeTech.Ime.Streaming.Supervision;
using static HedgeTech.Ime.Tests.Streaming.Lives.FeedLifeConsumer;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>A sink in a life of a feed. It sees the events of the feed before the consumer and independently of it, and checks them against the promises.</summary>
internal sealed class FeedLifeSink
{
    private readonly Dictionary<ContractKey, long> _last = [];
    private readonly HashSet<FeedEvent> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<FeedEvent> _inOrder = [];
    private readonly byte[] _frame = new byte[12];

    public SinkQueue Queue { get; } = new();

    public int Seen => _inOrder.Count;

    public long Snapshots { get; private set; }

    /// <summary>The number of snapshots that arrived too late for their place in the order.</summary>
    public long Late { get; private set; }

    /// <summary>Returns the message of a snapshot. Every message overwrites the previous one, as in a connection.</summary>
    public ReadOnlyMemory<byte> Write(MarketSnapshot snapshot)
    {
        Write(_frame, snapshot);
        return _frame;
    }

    /// <summary>Sees the waiting events, and then releases them to the consumer.</summary>
    public void See(FeedSupervisor heart)
    {
        for (SinkBatch? batch = Queue.TryBegin(); batch is not null; batch = Queue.Next(batch, isLast: false))
        {
            foreach (SinkEntry entry in batch.Entries)
            {
                See(entry);
            }

            heart.Pass(batch, failures: 0);
        }
    }

    /// <summary>Checks an event that the consumer takes.</summary>
    public void CheckTaken(FeedEvent taken)
    {
        // The buffer combines drops, and merges waiting outages.
        Require(taken is SnapshotsDropped or FeedResumed || _seen.Contains(taken), $"the consumer gets nothing before the sink: {taken}");
    }

    /// <summary>Checks the events of a consumer that has taken everything in order, without drops and replacements.</summary>
    public void CheckSame(IReadOnlyList<FeedEvent> taken)
    {
        FeedEvent[] others = [.. taken.Where(static each => each is not SnapshotsDropped)];
        FeedEvent[] seen = [.. _inOrder.Where(static each => each is not SnapshotsDropped)];
        Require(others.Length == seen.Length && others.Zip(seen).All(static pair => ReferenceEquals(pair.First, pair.Second)), "a consumer that keeps up gets what the sink sees, in the same order");
    }

    private void See(in SinkEntry entry)
    {
        Require(_seen.Add(entry.Event), "the sink sees each event once");
        _inOrder.Add(entry.Event);
        switch (entry.Event)
        {
            case MarketSnapshot snapshot:
                long last = _last.GetValueOrDefault(snapshot.Contract, -1);
                Require(snapshot.Aggregate.TradeCount > last, $"the sink sees {snapshot.Contract.Value} go from {last} to {snapshot.Aggregate.TradeCount}: out of order, or twice");
                _last[snapshot.Contract] = snapshot.Aggregate.TradeCount;
                byte[] expected = new byte[_frame.Length];
                Write(expected, snapshot);
                Require(entry.Frame.Span.SequenceEqual(expected), $"the sink sees the bytes of message {snapshot.Aggregate.TradeCount} of {snapshot.Contract.Value}");
                Snapshots++;
                break;
            case SnapshotsDropped late:
                Late += late.Count;
                break;
        }
    }

    private static void Write(Span<byte> frame, MarketSnapshot snapshot)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame, snapshot.Aggregate.TradeCount);
        BinaryPrimitives.WriteInt32LittleEndian(frame[8..], snapshot.Contract.Value[^1]);
    }
}
