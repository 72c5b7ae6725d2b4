using System.Buffers.Binary;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Publishes messages of one contract, with numbers that the arbiter cannot see, and checks what the arbiter delivers.</summary>
/// <remarks>A run is a sequence of messages with the same content. The arbiter cannot distinguish them, so this class checks the promises per run.</remarks>
internal sealed class ArbiterServer(ContractKey contract, bool hasTimes, bool repeatsItself, Random random)
{
    private readonly List<Run> _runs = [];
    private int _published;
    private MarketSnapshot? _last;
    private int _deliveredRun = -1;

    public ContractKey Contract { get; } = contract;

    /// <summary>The number of runs of which the client has received messages but delivered none.</summary>
    public int MissingRuns => _runs.Count(static run => run.Received.Count > 0 && run.Delivered == 0);

    public MarketSnapshot Publish()
    {
        if (_last is null || !repeatsItself || random.Next(6) > 0)
        {
            _runs.Add(new Run());
        }

        byte[] frame = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(frame, _runs.Count - 1);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), _published++);
        _runs[^1].Length++;
        _last = new MarketSnapshot
        {
            Contract = Contract,
            Timestamp = hasTimes ? DateTimeOffset.UnixEpoch.AddMilliseconds(_runs.Count) : default,
            Unavailable = hasTimes ? SnapshotFields.None : SnapshotFields.Timestamp,
            Aggregate = new Aggregate { TradeCount = _runs.Count },
            Frame = frame,
        };
        return _last;
    }

    /// <summary>Notes that a line has subscribed. If the current run continues, the line only sees an unknown part of it.</summary>
    public void Subscribed()
    {
        if (_runs.Count > 0)
        {
            _runs[^1].WasJoinedAt.Add(_runs[^1].Length);
        }
    }

    public void Received(MarketSnapshot message) => RunOf(message).Received.Add(BinaryPrimitives.ReadInt32LittleEndian(message.Frame.Span[4..]));

    public void Delivered(MarketSnapshot message)
    {
        int run = BinaryPrimitives.ReadInt32LittleEndian(message.Frame.Span);
        run.Should().BeGreaterThanOrEqualTo(_deliveredRun, "messages of a contract are delivered in order");
        _deliveredRun = run;
        _runs[run].Delivered++;
        _runs[run].Delivered.Should().BeLessThanOrEqualTo(_runs[run].Length, "nothing is delivered twice");
    }

    public void CheckEnd(bool isExact)
    {
        _deliveredRun.Should().Be(_runs.FindLastIndex(static run => run.Received.Count > 0), "the newest state is always delivered");
        if (!isExact)
        {
            return;
        }

        foreach (Run run in _runs.Where(static run => run.Received.Count > 0))
        {
            bool isPartlySeen = run.WasJoinedAt.Exists(at => at < run.Length);
            int least = isPartlySeen ? 1 : run.Received.Count;
            run.Delivered.Should().BeInRange(least, run.Received.Count, "every message of a run is delivered once");
        }
    }

    private Run RunOf(MarketSnapshot message) => _runs[BinaryPrimitives.ReadInt32LittleEndian(message.Frame.Span)];

    private sealed class Run
    {
        public int Length { get; set; }

        public int Delivered { get; set; }

        public HashSet<int> Received { get; } = [];

        /// <summary>The lengths of the run at the times when lines subscribed.</summary>
        public List<int> WasJoinedAt { get; } = [];
    }
}
