using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>
/// One whole life of a feed's supervisor in virtual time, by a seed: connections are accepted, refused, dropped, lag and go mute, tokens expire,
/// the consumer is slow, contracts change, and in the end it is over. The promises are checked all along.
/// </summary>
internal sealed partial class FeedLife
{
    private readonly FeedOptions _options;
    private readonly FeedBuffer _buffer;
    private readonly FeedSupervisor _heart;
    private readonly FeedLifeSink? _sink;
    private readonly List<FeedEvent> _taken = [];
    private readonly Action<string>? _diary;
    private readonly List<FeedLifeSlot> _slots = [];
    private readonly FeedLifeConsumer _consumer;
    private readonly int _trouble;
    private readonly bool _canMute;
    private readonly int _tokenSeconds;
    private ContractUpdate? _update;
    private HashSet<ContractKey> _streamed;
    private FeedLifeFailure? _regime;
    private DateTimeOffset _regimeEnds;
    private HashSet<ContractKey> _refusedContracts = [];
    private DateTimeOffset? _due;
    private bool _hasReported = true;
    private readonly FeedLifeDigest _digest = new();
    private readonly bool _consumesWhereItReads;
    private FeedLifeHold? _hold;

    public FeedLife(int seed, Action<string>? diary = null, bool hasSink = false)
    {
        Random = new Random(seed);
        _diary = diary;
        Server = new FeedLifeServer(Random, Random.Next(1, 6)) { MissPercent = Random.Next(4) == 0 ? Random.Next(1, 20) : 0, SlowestSubscription = Random.Next(2) == 0 ? 400 : 8 };
        _consumer = new FeedLifeConsumer(Server, time => _trueTimes.GetValueOrDefault(time, time));
        _options = new FeedOptions
        {
            Redundancy = Random.Next(3) == 0 ? 2 : 1,
            Capacity = Random.Next(3) == 0 ? Random.Next(1, 10) : 8192,
            Delivery = Random.Next(4) == 0 ? FeedDelivery.LatestPerContract : FeedDelivery.EverySnapshot,
            SilenceTimeout = TimeSpan.FromSeconds(Random.Next(1, 20)),
            ProbeRefusals = Random.Next(2) == 0,
        };
        _consumesWhereItReads = Random.Next(2) == 0;
        CanRenew = Random.Next(5) > 0;
        _refusedFor = TimeSpan.FromSeconds(Random.Next(4) == 0 ? 0 : Random.Next(1, 30));
        _trouble = Random.Next(1, 12);
        _canMute = Random.Next(3) == 0;
        _tokenSeconds = Random.Next(3) == 0 ? Random.Next(2, 10) : 0;
        _buffer = new FeedBuffer(_options, Server.Contracts.Length, snapshotsOnly: false);
        _sink = hasSink ? new FeedLifeSink() : null;
        _heart = new FeedSupervisor(_buffer, _options, new FeedPolicy(Random.Next(8) == 0 ? Random.Next(2, 6) : null, TimeSpan.FromSeconds(Random.Next(1, 11)), _refusedFor, TimeSpan.FromSeconds(15), CanRenew, RotatesConnections: true), _sink?.Queue);
        Token = NewToken();

        int first = Random.Next(1, Server.Contracts.Length + 1);
        _streamed = [.. Server.Contracts.Take(first)];
        _consumer.Added(_streamed);
        foreach (ContractSet part in Parts([.. _streamed]))
        {
            Run(Heart.AddShard(part));
        }
    }

    public Random Random { get; }

    public FeedLifeServer Server { get; }

    /// <summary>The supervisor. If it has a sink, that sees what the last input let go before the next input.</summary>
    public FeedSupervisor Heart
    {
        get
        {
            _sink?.See(_heart);
            return _heart;
        }
    }

    public DateTimeOffset Now { get; private set; } = new(2025, 11, 15, 8, 0, 0, TimeSpan.Zero);

    public bool CanRenew { get; }

    public AccessToken Token { get; private set; }

    public long Delivered => _consumer.Snapshots;

    public int Interruptions => _consumer.Interruptions;

    /// <summary>Stands for all that has happened: a life that does the same has the same.</summary>
    public ulong Digest => _digest.Value;

    /// <summary>What the consumer took, in order.</summary>
    public IReadOnlyList<FeedEvent> Taken => _taken;

    /// <summary>What the sink saw, snapshots and events; 0 without one.</summary>
    public int Seen => _sink?.Seen ?? 0;

    public void Run()
    {
        int steps = Random.Next(50, 400);
        for (int i = 0; i < steps && Heart.End is null; i++)
        {
            Advance(TimeSpan.FromMilliseconds(Random.Next(20) == 0 ? Random.Next(1, 20_000) : Random.Next(1, 120)));
            Happen(Random.Next(100));
            CheckStep();
        }

        if (Heart.End is null)
        {
            Settle();
            Heart.EndBy(new FeedEnd());
        }
        else
        {
            FeedLifeConsumer.Require(Heart.End.Failure is ImeException, "a feed that ends by itself says why");
        }

        Finish();
        Record($"{Heart.Statistics} {Heart.End!.Failure?.Message}");
    }

    /// <summary>The supervisor, to be told of something that the shell sets its timer after: all but a message.</summary>
    public FeedSupervisor Report()
    {
        _hasReported = true;
        return Heart;
    }

    /// <summary>A line has read a message.</summary>
    public void Receive(Line line, MarketSnapshot message) => Heart.Received(line, message, 1, Moment, _sink?.Write(message) ?? default);

    /// <summary>How the service answers an attempt for these contracts now; null if it accepts.</summary>
    public FeedLifeFailure? Answers(Shard shard) =>
        shard.Contracts.Any(_refusedContracts.Contains) ? FeedLifeFailure.Refused
        : Now >= _regimeEnds || (_regime == FeedLifeFailure.TooLong && shard.Contracts.Count == 1) ? null
        : _regime;

    /// <summary>Goes on with the halves of a shard whose request line was too long.</summary>
    public void Split(Shard shard)
    {
        ContractKey[] contracts = [.. shard.Contracts];
        IReadOnlyList<Shard> halves = Report().Split(shard, [new ContractSet(contracts[..(contracts.Length / 2)]), new ContractSet(contracts[(contracts.Length / 2)..])], Moment);
        if (_update?.Old.Remove(shard) == true)
        {
            // The update was decided a moment ago, and what came of it is not looked at yet.
            _update.Old.AddRange(halves);
        }

        foreach (Shard half in halves)
        {
            _refusals[half] = RefusalsOf(shard).Copy();
            Run(half);
        }
    }

    /// <summary>Takes a decision, an event or a log entry into the digest.</summary>
    public void Record(string what)
    {
        _digest.Add(Now.Ticks);
        _digest.Add(what);
    }

    /// <summary>Says what happens, when one life is replayed.</summary>
    public void Note(FormattableString what) => _diary?.Invoke(FormattableString.Invariant($"{Now:mm:ss.fff} {what}"));

    public AccessToken GetToken() => Token.RenewAt is { } due && Moment.Utc >= due ? Renew() : Token;

    public AccessToken Renew() => Token = CanRenew ? NewToken() : Token;

    private AccessToken NewToken() => _tokenSeconds == 0
        ? new AccessToken("t", null)
        : new AccessToken("t", Now.AddSeconds(_tokenSeconds)) { RenewAt = Now.AddSeconds(_tokenSeconds / 2.0) };

    private void Work()
    {
        for (int i = 0; i < _slots.Count && Heart.End is null; i++)
        {
            _slots[i].ReadWhatIsLate();
            _slots[i].Step();
        }

        EndUpdate();
        _slots.RemoveAll(static slot => slot.IsDone);
    }

    private void Consume(int most)
    {
        for (int i = 0; i < most && Heart.TryTake(out FeedEvent? taken); i++)
        {
            Note($"out {taken}");
            Record(taken!);
            _sink?.CheckTaken(taken!);
            _taken.Add(taken!);
            _consumer.Take(taken!);
        }
    }

    private void Record(FeedEvent taken)
    {
        if (taken is MarketSnapshot snapshot)
        {
            // By its number, as its text costs more than the life itself.
            _digest.Add(snapshot.ReceivedAt.Ticks);
            _digest.Add(snapshot.Contract.Value);
            _digest.Add(snapshot.Aggregate.TradeCount);
        }
        else
        {
            Record(taken.ToString());
        }
    }

    private void CheckStep()
    {
        FeedStatistics statistics = Heart.Statistics;
        FeedLifeConsumer.Require(statistics.Received == statistics.Delivered + statistics.Dropped + statistics.Replaced + statistics.Waiting, $"it adds up: {statistics}");
        FeedLifeConsumer.Require(statistics.Waiting <= Math.Max(_options.Capacity, Server.Contracts.Length) + 1, "the buffer is bounded, but for the one that an announcement stands before");
        FeedLifeConsumer.Require(Heart.Remembered <= Arbiter.DefaultTotalBound, "the arbiter is bounded");
        TakeLog();
    }

    private void TakeLog()
    {
        while (true)
        {
            if (Heart.TryTakeAnnouncement(out FeedEvent? announcement))
            {
                Record($"log {announcement}");
            }
            else if (Heart.TryTakeDiagnostic(out (FeedDiagnostic Diagnostic, int Connection) diagnostic))
            {
                Record($"log {diagnostic.Diagnostic} {diagnostic.Connection}");
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>The service is well again and the client reads all: everything that was read arrives.</summary>
    private void Settle()
    {
        _regimeEnds = Now;
        for (int i = 0; i < 40 && Heart.End is null; i++)
        {
            _slots.ToList().ForEach(static slot => slot.Read(int.MaxValue));
            Consume(int.MaxValue);
            Advance(TimeSpan.FromMilliseconds(400));
            CheckStep();
        }

        if (Heart.End is null)
        {
            // What is dropped is announced with the next event.
            AnySlot()?.Reject();
            Consume(int.MaxValue);
            FeedStatistics statistics = Heart.Statistics;
            long read = Server.Read.Values.Sum(static numbers => (long)numbers.Count(static wasRead => wasRead));
            FeedLifeConsumer.Require(statistics.Received == read, $"{read} messages were read, and {statistics.Received} counted");
            FeedLifeConsumer.Require((AnySlot() is null || statistics.Dropped == _consumer.Dropped) && statistics.Delivered == _consumer.Snapshots, "what is dropped is announced");
            FeedLifeConsumer.Require(_sink is null || (_sink.Snapshots + _sink.Late == read), $"{read} messages were read, and the sink saw {_sink?.Snapshots}, {_sink?.Late} of them late");
            if (statistics.Replaced == 0 && statistics.Dropped == (_sink?.Late ?? 0) && _taken.Count < 1000)
            {
                _sink?.CheckSame(_taken);
            }

            _consumer.CheckNewest(_streamed);
            if (Server.MissPercent == 0 && !_canMute)
            {
                _consumer.CheckGaps();
            }
        }
    }

    private void Finish()
    {
        FeedLifeConsumer.Require(Heart.NextDue(Moment) is null && Heart.State == FeedState.Ended && !Heart.MustWait, "nothing is wanted after the end");
        Consume(int.MaxValue);
        _slots.ForEach(static slot => slot.Stop());
        Heart.Tick(Moment.AddHours(1));
        FeedLifeConsumer.Require(!Heart.TryTake(out _), "nothing comes after the end");
        FeedEnd end = Heart.End!;
        Heart.EndBy(new FeedEnd(new InvalidOperationException()));
        FeedLifeConsumer.Require(ReferenceEquals(end, Heart.End), "the first end stands");
    }

    private void Run(Shard shard) => shard.Slots.ForEach(slot => _slots.Add(new FeedLifeSlot(this, slot)));

    private FeedLifeSlot? AnySlot()
    {
        FeedLifeSlot[] carrying = [.. _slots.Where(static slot => slot.IsCarrying)];
        return carrying.Length == 0 ? null : carrying[Random.Next(carrying.Length)];
    }

    private List<ContractSet> Parts(ContractKey[] contracts)
    {
        int half = Random.Next(0, contracts.Length);
        return half == 0 ? [new ContractSet(contracts)] : [new ContractSet(contracts[..half]), new ContractSet(contracts[half..])];
    }
}
