using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The faults that can occur in a random run of the arbiter.</summary>
internal enum ArbiterWorld
{
    /// <summary>Lines lag and end, but miss nothing between subscription and end.</summary>
    NothingMissed,

    /// <summary>Lines miss nothing, as in <see cref="NothingMissed"/>, but the timestamps of the server do not distinguish messages.</summary>
    NothingMissedAndNoTimes,

    /// <summary>Lines also miss messages.</summary>
    Missed,

    /// <summary>Lines miss messages and lag by more than the arbiter can remember. The wait for them is limited.</summary>
    Bounded,
}

/// <summary>
/// One random run of an arbiter against a model of server and lines. The server publishes numbered messages, some with the same content as the previous one.
/// A line subscribes some time after it starts to open, gets the later messages with a delay, and ends.
/// </summary>
internal sealed class ArbiterLife
{
    private const int SmallBound = 12;

    private readonly Random _random;
    private readonly ArbiterWorld _world;
    private readonly Arbiter _arbiter;
    private readonly Shard _shard;
    private readonly ArbiterServer[] _servers;
    private readonly List<ArbiterModelLine> _lines = [];
    private readonly List<HeldMessage> _due = [];
    private readonly int _missPercent;
    private readonly int _totalBound;
    private readonly bool _repeatsItself;
    private TimeSpan _now;

    public ArbiterLife(int seed, ArbiterWorld world)
    {
        _random = new Random(seed);
        _world = world;
        _totalBound = _random.Next(2) == 0 ? _random.Next(8, 40) : int.MaxValue;
        _arbiter = world == ArbiterWorld.Bounded ? new Arbiter(SmallBound, _totalBound) : new Arbiter();
        _shard = new Shard(1, ContractSet.ByName(Enumerable.Range(0, _random.Next(1, 4)).Select(static i => $"C{i}")), new SilenceWatch(new FeedOptions()));
        _repeatsItself = _random.Next(2) == 0;
        _servers = [.. _shard.Contracts.Select(contract => new ArbiterServer(contract, hasTimes: world != ArbiterWorld.NothingMissedAndNoTimes, _repeatsItself, _random))];
        _missPercent = world < ArbiterWorld.Missed ? 0 : _random.Next(1, 30);
    }

    private bool IsExact => _world < ArbiterWorld.Missed;

    public long Delivered { get; private set; }

    public long TooLate { get; private set; }

    public void Run()
    {
        int steps = _random.Next(20, 250);
        for (int i = 0; i < steps; i++)
        {
            _now += TimeSpan.FromMilliseconds(100);
            Step(_random.Next(100));
        }

        while (_lines.Count > 0)
        {
            End(_lines[_random.Next(_lines.Count)], mayReadOn: true);
        }

        foreach (ArbiterServer server in _servers)
        {
            server.CheckEnd(IsExact);
        }

        if (IsExact)
        {
            TooLate.Should().Be(0, "no line misses a message in this world");
        }

        int missing = _servers.Sum(static server => server.MissingRuns);
        if (_repeatsItself || _world == ArbiterWorld.Bounded)
        {
            ((long)missing).Should().BeLessThanOrEqualTo(TooLate, "each received message is either delivered or counted");
        }
        else
        {
            TooLate.Should().Be(missing, "each received message is either delivered or counted, and only once");
        }

        _arbiter.Remembered.Should().Be(0);
        _arbiter.IsInUse.Should().BeFalse();
    }

    private void Step(int choice)
    {
        if (choice < 35)
        {
            ArbiterServer server = _servers[_random.Next(_servers.Length)];
            MarketSnapshot message = server.Publish();
            foreach (ArbiterModelLine line in _lines)
            {
                if (line.IsSubscribed && _random.Next(100) >= _missPercent)
                {
                    line.Unread.Enqueue(message);
                }
            }
        }
        else if (choice < 85)
        {
            Read();
        }
        else if (choice < 92)
        {
            if (_lines.Count < 4)
            {
                _arbiter.Remember();
                _lines.Add(new ArbiterModelLine(_shard, _random.Next(1, 10)));
            }
        }
        else if (choice < 98)
        {
            Advance();
        }
        else if (_lines.Count > 0)
        {
            End(_lines[_random.Next(_lines.Count)], mayReadOn: false);
        }

        if (_world == ArbiterWorld.Bounded && _random.Next(20) == 0)
        {
            TooLate += _arbiter.Release(_now - TimeSpan.FromSeconds(2), _due);
            TakeDue();
        }
    }

    /// <summary>Continues an opening: the server subscribes and the client learns of the accept, in either order.</summary>
    private void Advance()
    {
        // The arbiter cannot know that the server subscribed an earlier line later. That does not happen in runs without losses.
        bool areEarlierSubscribed = true;
        bool areEarlierJoined = true;
        foreach (ArbiterModelLine line in _lines)
        {
            if (!line.IsSubscribed && (areEarlierSubscribed || !IsExact) && _random.Next(2) == 0)
            {
                line.IsSubscribed = true;
                Array.ForEach(_servers, static server => server.Subscribed());
            }

            if (!line.IsJoined && (areEarlierJoined || !IsExact) && _random.Next(2) == 0)
            {
                line.IsJoined = true;
                _arbiter.Join(line.Line);
                _arbiter.Forget();
            }

            areEarlierSubscribed &= line.IsSubscribed;
            areEarlierJoined &= line.IsJoined;
        }
    }

    private void Read()
    {
        ArbiterModelLine[] readable = [.. _lines.Where(static line => line.IsJoined && line.Unread.Count > 0)];
        if (readable.Length == 0)
        {
            return;
        }

        ArbiterModelLine line = readable[_random.Next(readable.Length)];
        for (int i = _random.Next(line.Speed); i >= 0 && line.Unread.Count > 0 && _lines.Contains(line); i--)
        {
            ReadOne(line);
        }
    }

    private void ReadOne(ArbiterModelLine line)
    {
        MarketSnapshot message = line.Unread.Dequeue();
        ServerOf(message).Received(message);
        TooLate += _arbiter.Receive(line.Line, new HeldMessage(message, _now), _due);
        TakeDue();
        while (_arbiter.Lagging is { } lagging)
        {
            _world.Should().Be(ArbiterWorld.Bounded);
            End(_lines.Find(other => other.Line == lagging)!, mayReadOn: false);
        }
    }

    private void End(ArbiterModelLine line, bool mayReadOn)
    {
        while (mayReadOn && line.IsJoined && line.Unread.Count > 0 && _lines.Contains(line))
        {
            ReadOne(line);
        }

        if (!_lines.Remove(line))
        {
            return;
        }

        if (line.IsJoined)
        {
            TooLate += _arbiter.Leave(line.Line, _due);
            TakeDue();
        }
        else
        {
            _arbiter.Forget();
        }
    }

    private void TakeDue()
    {
        foreach ((MarketSnapshot delivered, _, _, _) in _due)
        {
            ServerOf(delivered).Delivered(delivered);
            Delivered++;
        }

        _due.Clear();
        if (_world == ArbiterWorld.Bounded)
        {
            ((long)_arbiter.Remembered).Should().BeLessThanOrEqualTo(_totalBound + 24L, "the arbiter may exceed such a small bound by a few messages");
            _arbiter.Remembered.Should().BeLessThanOrEqualTo(_servers.Length * ((2 * SmallBound) + (8 * (SmallBound + 1))), "four open lines may each hold as much as one line may, and all ended ones four times as much together");
        }
    }

    private ArbiterServer ServerOf(MarketSnapshot message) => Array.Find(_servers, server => server.Contract == message.Contract)!;

    private sealed class ArbiterModelLine(Shard shard, int speed)
    {
        public Line Line { get; } = new(shard.Slots[0], new AccessToken("t", null), default);

        public Queue<MarketSnapshot> Unread { get; } = new();

        public int Speed { get; } = speed;

        public bool IsSubscribed { get; set; }

        public bool IsJoined { get; set; }
    }
}
