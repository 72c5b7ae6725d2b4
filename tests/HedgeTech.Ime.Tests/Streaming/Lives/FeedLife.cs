using System.Net.WebSockets;
using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>
/// One complete life of a feed's supervisor in virtual time, determined by a seed: connections are accepted, refused and dropped; they lag and go mute; tokens
/// expire; the consumer is slow; contracts change; and the feed ends. Every step checks the promises.
/// </summary>
/// <remarks>The life itself decides by chance what happens next, and asks its parts to do it.</remarks>
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
        // The order of the random numbers is that of the recorded lives.
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

    /// <summary>Decides which lines are cut while they are being closed, without a change to the other random numbers.</summary>
    public Random Cuts { get; }

    public FeedLifeClock Clock { get; }

    public FeedLifeRecord Record { get; }

    public FeedLifeServer Server { get; }

    public FeedLifeTokens Tokens { get; }

    public FeedLifeHolds Holds { get; }

    public FeedLifePatience Patience { get; }

    public FeedLifeUpdates Updates { get; }

    /// <summary>The supervisor. If it has a sink, that sees what the last input let go before the next input.</summary>
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
            FeedLifeConsumer.Require(Heart.End.Failure is ImeException, "a feed that ends by itself says why");
        }

        Finish();
        Record.Add($"{Heart.Statistics} {Heart.End!.Failure?.Message}");
    }

    /// <summary>Performs the actions of the slots of a shard.</summary>
    public void Run(Shard shard) => shard.Slots.ForEach(slot => _slots.Add(new FeedLifeSlot(this, slot)));

    /// <summary>The supervisor, to be told of something after which the shell sets its timer: anything but a message.</summary>
    public FeedSupervisor Report()
    {
        _timer.Reported();
        return Heart;
    }

    /// <summary>A line has read a message.</summary>
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

    /// <summary>Each slot does what is due now.</summary>
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

    /// <summary>The consumer takes some of what waits for it.</summary>
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
            // A restart: everything is cut at once.
            _slots.ForEach(slot => slot.Drop(false, losesUnread: Random.Next(2) == 0, null));
        }
    }

    private void CheckStep()
    {
        FeedStatistics statistics = Heart.Statistics;
        FeedLifeConsumer.Require(statistics.Received == statistics.Delivered + statistics.Dropped + statistics.Replaced + statistics.Waiting, $"it adds up: {statistics}");
        FeedLifeConsumer.Require(statistics.Waiting <= Math.Max(_options.Capacity, Server.Contracts.Length) + 1, "the buffer is bounded, except for the one snapshot behind an announcement");
        FeedLifeConsumer.Require(Heart.Remembered <= Arbiter.DefaultTotalBound, "the arbiter is bounded");
        Record.AddLog(Heart);
    }

    /// <summary>The service has recovered and the client reads everything: all that was read arrives.</summary>
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
            // What is dropped is announced with the next event.
            AnySlot()?.Reject();
            Consume(int.MaxValue);
            FeedStatistics statistics = Heart.Statistics;
            long read = Server.Read.Values.Sum(static numbers => (long)numbers.Count(static wasRead => wasRead));
            FeedLifeConsumer.Require(statistics.Received == read, $"{read} messages were read, and {statistics.Received} counted");
            FeedLifeConsumer.Require((AnySlot() is null || statistics.Dropped == Consumer.Dropped) && statistics.Delivered == Consumer.Snapshots, "what is dropped is announced");
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
        FeedLifeConsumer.Require(Heart.NextDue(Clock.Moment) is null && Heart.State == FeedState.Ended && !Heart.MustWait, "nothing is wanted after the end");
        Consume(int.MaxValue);
        _slots.ForEach(static slot => slot.Stop());
        Heart.Tick(Clock.Moment.AddHours(1));
        FeedLifeConsumer.Require(!Heart.TryTake(out _), "nothing comes after the end");
        FeedEnd end = Heart.End!;
        Heart.EndBy(new FeedEnd(new InvalidOperationException()));
        FeedLifeConsumer.Require(ReferenceEquals(end, Heart.End), "the first end stands");
    }

    private FeedLifeSlot? AnySlot()
    {
        FeedLifeSlot[] carrying = [.. _slots.Where(static slot => slot.IsCarrying)];
        return carrying.Length == 0 ? null : carrying[Random.Next(carrying.Length)];
    }
}
