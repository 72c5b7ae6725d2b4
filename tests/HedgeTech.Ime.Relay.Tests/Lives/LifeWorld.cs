using System.Globalization;
using System.Runtime.CompilerServices;
using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>The time, the random numbers and the Redis of one random run.</summary>
internal sealed class LifeWorld
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _due = new();
    private readonly Queue<(ScriptRequest Request, long RedisTime, long AppliedAt)> _toReplica = new();
    private readonly Dictionary<(Term, long), (byte[] Content, int Losses)> _written = [];
    private readonly Dictionary<(ulong Session, long Message), int> _lossesAtMessage = [];
    private readonly List<Action<byte[]>> _subscribers = [];
    private readonly Action<string>? _log;
    private ModelRedis _replica;
    private long _order;
    private ulong _lastSession;

    public LifeWorld(int seed, Action<string>? log)
    {
        Random = new Random(seed);
        _log = log;
        Contracts = Random.Next(1, 4);
        Connections = Random.Next(1, Contracts + 1);
        ContractSet = ContractSet.ByName([.. Enumerable.Range(0, Contracts).Select(static i => string.Create(CultureInfo.InvariantCulture, $"C{i}"))]);
        Clock = new LifeClock(this);
        Lease = Random.Next(5, 20) * 100;
        Settings = RelaySettings.Create(TimeSpan.FromMilliseconds(Lease), TimeSpan.FromMinutes(10), 256 << 20, [.. Enumerable.Range(0, Contracts).Select(static i => $"name:C{i}")]);
        IsCalm = Random.Next(3) == 0;
        HasTimes = Random.Next(3) > 0;
        RedisLag = Random.Next(4) == 0 ? Random.Next(100, 1500) : Random.Next(0, 50);
        Redis = new ModelRedis();
        _replica = new ModelRedis();
    }

    /// <summary>Whether somebody reads the log.</summary>
    public bool IsLogged => _log is not null;

    public Random Random { get; }

    public RelaySettings Settings { get; }

    public int Contracts { get; }

    public ContractSet ContractSet { get; }

    /// <summary>The number of connections of a line.</summary>
    public int Connections { get; }

    /// <summary>The number of the connection that the service refuses, or 0 if it refuses none.</summary>
    public int Refused { get; set; }

    public TimeProvider Clock { get; }

    /// <summary>The lease, in ms.</summary>
    public int Lease { get; }

    /// <summary>Whether only publishers fail, one at a time and while a standby is ready. A hot standby must then lose nothing.</summary>
    public bool IsCalm { get; }

    /// <summary>Whether messages have timestamps.</summary>
    public bool HasTimes { get; }

    public int RedisLag { get; }

    public long Now { get; private set; }

    public TimeSpan Time => TimeSpan.FromMilliseconds(Now);

    public ModelRedis Redis { get; private set; }

    public bool RedisIsUp { get; private set; } = true;

    /// <summary>The offset of the clock of Redis.</summary>
    public long RedisClock { get; set; } = 1_000_000;

    /// <summary>Whether the replica receives nothing until it is promoted.</summary>
    public bool IsReplicaCutOff { get; set; }

    /// <summary>The number of times that Redis has lost entries.</summary>
    public int Losses { get; private set; }

    /// <summary>Returns the number of the connection that delivers a contract.</summary>
    public int ConnectionOf(int contract) => (contract % Connections) + 1;

    public Term NextTerm() => new(new UInt128((ulong)Random.NextInt64(), (ulong)Random.NextInt64() | 1));

    public ulong NextSession() => ++_lastSession * 1000;

    public void Log(string text) => _log?.Invoke($"{Now,6} {text}");

    public void Log([InterpolatedStringHandlerArgument("")] ref LifeLogText text)
    {
        if (IsLogged)
        {
            Log(text.Take());
        }
    }

    public void After(long delay, Action action) => _due.Enqueue(action, (Now + Math.Max(delay, 0), _order++));

    /// <summary>Runs until the given time.</summary>
    public void RunTo(long end)
    {
        while (_due.TryPeek(out _, out (long Time, long) next) && next.Time <= end)
        {
            Now = next.Time;
            _due.Dequeue()();
        }

        Now = end;
    }

    /// <summary>Returns how often Redis had lost entries when a message was first written. The newest message of a contract may be delivered long after it was read.</summary>
    public int LossesBefore(FeedPosition message) => _lossesAtMessage.GetValueOrDefault((message.Session, message.Messages), Losses);

    /// <summary>Returns how often Redis had lost entries when an entry was written.</summary>
    public int LossesBefore(LogPosition position) => _written.TryGetValue((position.Term, position.Number), out (byte[], int Losses) written) ? written.Losses : Losses;

    public ScriptAnswer Run(ScriptRequest request)
    {
        Replicate(Now);
        long redisTime = Now + RedisClock;
        if (request is PublishRequest publish)
        {
            byte[] content = [.. publish.Header(), .. publish.Data()];
            if (_written.TryGetValue((publish.Term, publish.Number), out (byte[] Content, int Losses) before) && !before.Content.AsSpan().SequenceEqual(content))
            {
                throw new LifeFailure("an entry that is sent again is not the same entry");
            }

            _written.TryAdd((publish.Term, publish.Number), (content, Losses));
            for (long message = publish.Before.Messages + 1; message <= publish.After.Messages; message++)
            {
                _lossesAtMessage.TryAdd((publish.Before.Session, message), Losses);
            }
        }

        ScriptAnswer answer = Redis.Run(request, Settings, redisTime, push =>
        {
            foreach (Action<byte[]> subscriber in _subscribers)
            {
                subscriber(push);
            }
        });
        _toReplica.Enqueue((request, redisTime, Now + RedisLag));
        return answer;
    }

    public void Subscribe(Action<byte[]> push) => _subscribers.Add(push);

    public void Unsubscribe(Action<byte[]> push) => _subscribers.Remove(push);

    public void StopRedis() => RedisIsUp = false;

    public void RestartRedis(bool empty)
    {
        _subscribers.Clear();
        RedisIsUp = true;
        if (empty)
        {
            Redis = new ModelRedis();
            _replica = new ModelRedis();
            _toReplica.Clear();
            IsReplicaCutOff = false;
            Losses++;
        }
    }

    /// <summary>Promotes the replica, which lacks the entries that it has not received yet.</summary>
    public void PromoteReplica()
    {
        Replicate(Now);
        Promote();
        _subscribers.Clear();
    }

    /// <summary>Promotes the replica, which lacks the last entry only. Subscriptions go on: what is published on the new primary reaches the old one.</summary>
    public void PromoteReplicaWithoutLastEntry()
    {
        (ScriptRequest Request, long, long)[] all = [.. _toReplica];
        int last = Array.FindLastIndex(all, static one => one.Request is PublishRequest);
        _toReplica.Clear();
        foreach ((ScriptRequest, long, long) one in all.Where((_, index) => index != last))
        {
            _toReplica.Enqueue(one);
        }

        Replicate(long.MaxValue);
        Promote();
    }

    private void Promote()
    {
        Losses++;
        Log($"the replica is promoted at {_replica.Top?.Position.Number} instead of {Redis.Top?.Position.Number}");
        IsReplicaCutOff = false;
        Redis = _replica;
        _replica = Redis.Clone();
        _toReplica.Clear();
    }

    private void Replicate(long until)
    {
        while (!IsReplicaCutOff && _toReplica.TryPeek(out (ScriptRequest Request, long RedisTime, long AppliedAt) next) && next.AppliedAt <= until)
        {
            _replica.Run(next.Request, Settings, next.RedisTime);
            _toReplica.Dequeue();
        }
    }

    private sealed class LifeClock(LifeWorld world) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + world.Time;
    }
}
