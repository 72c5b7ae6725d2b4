using System.Net.WebSockets;
using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>
/// One random run of a feed's supervisor in virtual time, from the start to the end of the feed. A seed determines the run. Connections are accepted, refused and
/// dropped, lag and go mute. Tokens expire, the consumer is slow, and contracts change. Every step checks the promises.
/// </summary>
/// <remarks>This class decides at random what happens next, and its parts do it. The tests call such a run a life.</remarks>
internal sealed class FeedLife
{
    private readonly FeedOptions _options;
    private readonly FeedSupervisor _heart;
    private readonly FeedLifeSink? _sink;
    private readonly FeedLifeTimer _timer;
    private readonly List<FeedEvent> _taken = [];
    private readonly List<FeedLifeSlot> _slots = [];
    private readonly int _trouble;
    private readonly bool _canMute;

    public FeedLife(int seed, Action<string>? diary = null, bool hasSink = false)
    {
        // Keep the order of the random numbers. The recorded digests depend on it.
        Random = new Random(seed);
        Cuts = new Random(~seed);
        Clock = new FeedLifeClock();
        Record = new FeedLifeRecord(Clock, diary);
        _timer = new FeedLifeTimer(this);
        Server = new FeedLifeServer(Random, Random.Next(1, 6)) { MissPercent = Random.Next(4) == 0 ? Random.Next(1, 20) : 0, SlowestSubscription = Random.Next(2) == 0 ? 400 : 8 };
        Consumer = new FeedLifeConsumer(Server, Clock.TrueTime);
        _options = new FeedOptions
        {
            Redundancy = Random.Next(3) == 0 ? 2 : 1,
            Capacity = Random.Next(3) == 0 ? Random.Next(1, 10) : 8192,
            Delivery = Random.Next(4) == 0 ? FeedDelivery.LatestPerContract : FeedDelivery.EverySnapshot,
            SilenceTimeout = TimeSpan.FromSeconds(Random.Next(1, 20)),
            ProbeRefusals = Random.Next(2) == 0,
        };
        Holds = new FeedLifeHolds(this, consumesWhereItReads: Random.Next(2) == 0);
        bool canRenew = Random.Next(5) > 0;
        TimeSpan refusedFor = TimeSpan.FromSeconds(Random.Next(4) == 0 ? 0 : Random.Next(1, 30));
        Patience = new FeedLifePatience(this, refusedFor);
        _trouble = Random.Next(1, 12);
        _canMute = Random.Next(3) == 0;
        Tokens = new FeedLifeTokens(Clock, canRenew, seconds: Random.Next(3) == 0 ? Random.Next(2, 10) : 0);
        _sink = hasSink ? new FeedLifeSink() : null;
        FeedBuffer buffer = new(_options, Server.Contracts.Length, snapshotsOnly: false);
        FeedPolicy policy = new(Random.Next(8) == 0 ? Random.Next(2, 6) : null, TimeSpan.FromSeconds(Random.Next(1, 11)), refusedFor, TimeSpan.FromSeconds(15), canRenew, RotatesConnections: true);
        _heart = new FeedSupervisor(buffer, _options, policy, _sink?.Queue);
        Updates = new FeedLifeUpdates(this, Consumer);
        ContractKey[] streamed = Server.Contracts[..Random.Next(1, Server.Contracts.Length + 1)];
        Updates.Begin(streamed);
        foreach (ContractSet part in Parts(streamed))
        {
            Run(Heart.AddShard(part));
        }
    }

    public Random Random { get; }

    /// <summary>Decides which lines are cut during their close, from a separate sequence of random numbers.</summary>
    public Random Cuts { get; }

    public FeedLifeClock Clock { get; }

    public FeedLifeRecord Record { get; }

    public FeedLifeServer Server { get; }

    public FeedLifeTokens Tokens { get; }

    public FeedLifeHolds Holds { get; }

    public FeedLifePatience Patience { get; }

    public FeedLifeUpdates Updates { get; }

    /// <summary>The supervisor. If it has a sink, the sink sees the events of the last input before the next input.</summary>
    public FeedSupervisor Heart
    {
        get
        {
            _sink?.See(_heart);
            return _heart;
        }
    }

    public FeedLifeConsumer Consumer { get; }

    /// <summary>What the consumer took, in order.</summary>
    public IReadOnlyList<FeedEvent> Taken => _taken;

    /// <summary>What the sink saw, snapshots and events; 0 without one.</summary>
    public int Seen => _sink?.Seen ?? 0;

    public void Run()
    {
        int steps = Random.Next(50, 400);
        for (int i = 0; i < steps && Heart.End is null; i++)
        {
            _timer.Advance(TimeSpan.FromMilliseconds(Random.Next(20) == 0 ? Random.Next(1, 20_000) : Random.Next(1, 120)));
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
            FeedLifeConsumer.Require(Heart.End.Failure is ImeException, "a feed that ends by itself has a failure");
        }

        Finish();
        Record.Add($"{Heart.Statistics} {Heart.End!.Failure?.Message}");
    }

    /// <summary>Performs the actions of the slots of a shard.</summary>
    public void Run(Shard shard) => shard.Slots.ForEach(slot => _slots.Add(new FeedLifeSlot(this, slot)));

    /// <summary>Returns the supervisor for an input after which the shell sets its timer. That is every input except a message.</summary>
    public FeedSupervisor Report()
    {
        _timer.Reported();
        return Heart;
    }

    /// <summary>Reports that a line has read a message.</summary>
    public void Receive(Line line, MarketSnapshot message) => Heart.Received(line, message, 1, Clock.Moment, _sink?.Write(message) ?? default);

    /// <summary>Continues with the halves of a shard whose request line was too long.</summary>
    public void Split(Shard shard)
    {
        ContractKey[] contracts = [.. shard.Contracts];
        IReadOnlyList<Shard> halves = Report().Split(shard, [new ContractSet(contracts[..(contracts.Length / 2)]), new ContractSet(contracts[(contracts.Length / 2)..])], Clock.Moment);
        Updates.Split(shard, halves);
        Patience.Split(shard, halves);
        halves.ToList().ForEach(Run);
    }

    /// <summary>Lets each slot do the work that is due now.</summary>
    public void Work()
    {
        for (int i = 0; i < _slots.Count && Heart.End is null; i++)
        {
            _slots[i].ReadWhatIsLate();
            _slots[i].Step();
        }

        Updates.End();
        _slots.RemoveAll(static slot => slot.IsDone);
    }

    /// <summary>Lets the consumer take some of the waiting events.</summary>
    public void Consume(int most)
    {
        for (int i = 0; i < most && Heart.TryTake(out FeedEvent? taken); i++)
        {
            Record.Note($"out {taken}");
            Record.Add(taken!);
            _sink?.CheckTaken(taken!);
            _taken.Add(taken!);
            Consumer.Take(taken!);
        }
    }

    /// <summary>Divides contracts among one or two connections.</summary>
    public List<ContractSet> Parts(ContractKey[] contracts)
    {
        int half = Random.Next(0, contracts.Length);
        return half == 0 ? [new ContractSet(contracts)] : [new ContractSet(contracts[..half]), new ContractSet(contracts[half..])];
    }

    private void Happen(int choice)
    {
        if (choice < 45)
        {
            for (int i = Random.Next(1, 6); i > 0; i--)
            {
                Server.Publish(Server.Contracts[Random.Next(Server.Contracts.Length)], Clock.Now);
            }
        }
        else if (choice < 75)
        {
            AnySlot()?.Read(Random.Next(1, 12));
        }
        else if (choice < 85)
        {
            Consume(Random.Next(1, 30));
        }
        else if (choice < 85 + _trouble)
        {
            Fail(Random.Next(100));
        }
        else if (choice == 98)
        {
            _slots.ForEach(static slot => slot.Hurry());
        }
        else if (choice == 99)
        {
            Updates.Change();
        }
    }

    private void Fail(int choice)
    {
        if (choice < 65)
        {
            WebSocketCloseStatus? status = Random.Next(6) switch { 0 => WebSocketCloseStatus.PolicyViolation, 1 => WebSocketCloseStatus.NormalClosure, _ => null };
            AnySlot()?.Drop(Random.Next(2) == 0, losesUnread: Random.Next(3) == 0, status);
        }
        else if (choice < 72 && _canMute)
        {
            AnySlot()?.Mute();
        }
        else if (choice < 75)
        {
            if (!Tokens.Expire)
            {
                TimeSpan by = Clock.Set(TimeSpan.FromSeconds(Random.Next(-7200, 7200)));
                Record.Note($"the clock is set by {by}");
            }
        }
        else if (choice < 95)
        {
            FeedLifeFailure failure = (FeedLifeFailure)Random.Next(5);
            Server.Fail(failure, Clock.Now.AddMilliseconds(Random.Next(50, failure == FeedLifeFailure.Refused && Random.Next(2) == 0 ? 60_000 : 4000)));
        }
        else
        {
            // Simulates a restart of the service, which cuts all connections together.
            _slots.ForEach(slot => slot.Drop(false, losesUnread: Random.Next(2) == 0, null));
        }
    }

    private void CheckStep()
    {
        FeedStatistics statistics = Heart.Statistics;
        FeedLifeConsumer.Require(statistics.Received == statistics.Delivered + statistics.Dropped + statistics.Replaced + statistics.Waiting, $"the counts of the statistics add up: {statistics}");
        FeedLifeConsumer.Require(statistics.Waiting <= Math.Max(_options.Capacity, Server.Contracts.Length) + 1, "the buffer is limited, except for the one snapshot after an announcement");
        FeedLifeConsumer.Require(Heart.Remembered <= Arbiter.DefaultTotalBound, "the memory of the arbiter is limited");
        Record.AddLog(Heart);
    }

    /// <summary>Lets the service recover and the client read everything, and checks that every message that was read is delivered.</summary>
    private void Settle()
    {
        Server.Recover();
        for (int i = 0; i < 40 && Heart.End is null; i++)
        {
            _slots.ToList().ForEach(static slot => slot.Read(int.MaxValue));
            Consume(int.MaxValue);
            _timer.Advance(TimeSpan.FromMilliseconds(400));
            CheckStep();
        }

        if (Heart.End is null)
        {
            // The next event announces the drops.
            AnySlot()?.Reject();
            Consume(int.MaxValue);
            FeedStatistics statistics = Heart.Statistics;
            long read = Server.Read.Values.Sum(static numbers => (long)numbers.Count(static wasRead => wasRead));
            FeedLifeConsumer.Require(statistics.Received == read, $"{read} messages were read, and {statistics.Received} counted");
            FeedLifeConsumer.Require((AnySlot() is null || statistics.Dropped == Consumer.Dropped) && statistics.Delivered == Consumer.Snapshots, "every drop is announced");
            FeedLifeConsumer.Require(_sink is null || (_sink.Snapshots + _sink.Late == read), $"{read} messages were read, and the sink saw {_sink?.Snapshots}, {_sink?.Late} of them late");
            if (statistics.Replaced == 0 && statistics.Dropped == (_sink?.Late ?? 0) && _taken.Count < 1000)
            {
                _sink?.CheckSame(_taken);
            }

            Consumer.CheckNewest(Updates.Streamed);
            if (Server.MissPercent == 0 && !_canMute)
            {
                Consumer.CheckGaps();
            }
        }
    }

    private void Finish()
    {
        FeedLifeConsumer.Require(Heart.NextDue(Clock.Moment) is null && Heart.State == FeedState.Ended && !Heart.MustWait, "the supervisor requests nothing after the end");
        Consume(int.MaxValue);
        _slots.ForEach(static slot => slot.Stop());
        Heart.Tick(Clock.Moment.AddHours(1));
        FeedLifeConsumer.Require(!Heart.TryTake(out _), "no event follows the end");
        FeedEnd end = Heart.End!;
        Heart.EndBy(new FeedEnd(new InvalidOperationException()));
        FeedLifeConsumer.Require(ReferenceEquals(end, Heart.End), "the first end is final");
    }

    private FeedLifeSlot? AnySlot()
    {
        FeedLifeSlot[] carrying = [.. _slots.Where(static slot => slot.IsCarrying)];
        return carrying.Length == 0 ? null : carrying[Random.Next(carrying.Length)];
    }
}
