using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>One publisher process. A test can freeze it, kill it, cut it off from Redis, or break its line.</summary>
internal sealed class LifePublisher
{
    private const int TickEvery = 40;

    private readonly LifeWorld _world;
    private readonly LifeVendor _vendor;
    private readonly LogReader? _reader;
    private readonly LifeLogClient? _client;
    private readonly Queue<Action> _held = new();
    private LifeLine? _line;
    private bool _isFrozen;
    private bool _isDead;
    private long _cutUntil;
    private long _stalledUntil;
    private long _lastArrival;
    private int _flakyPercent;

    public LifePublisher(LifeWorld world, LifeVendor vendor, bool isHot)
    {
        (_world, _vendor) = (world, vendor);
        if (isHot)
        {
            _reader = new LogReader(new PushRing(64), TimeSpan.FromSeconds(2), world.Time);
            _client = new LifeLogClient(world, () => _reader, Do);
        }

        int window = world.Random.Next(1, 6);
        long bytes = !world.IsCalm && world.Random.Next(5) == 0 ? 1500 : 1 << 20;
        HotStandby? hot = _reader is null ? null : new HotStandby(_reader, new LinePairing(bytes), world.Settings.Lease, LifeVendor.TimeOf);
        Machine = new LogPublisher(world.Settings, new PublisherIdentity((ulong)world.Random.NextInt64(), world.NextTerm, world.NextSession), new OwnEvents(world.ContractSet, world.Clock), hot, window, bytes);
        world.After(world.Random.Next(TickEvery), Tick);
    }

    public LogPublisher Machine { get; }

    public bool IsAlive => !_isDead && !_isFrozen && !Machine.IsStopped;

    public bool IsDead => _isDead || Machine.IsStopped;

    public void Do(Action action)
    {
        if (_isDead)
        {
            return;
        }

        if (_isFrozen)
        {
            _held.Enqueue(action);
            return;
        }

        action();
        Pump();
    }

    public void Freeze(long duration)
    {
        _world.Log($"publisher {Machine.Term} freezes for {duration}");
        _isFrozen = true;
        _world.After(duration, () =>
        {
            _isFrozen = false;
            while (_held.TryDequeue(out Action? action))
            {
                Do(action);
            }
        });
    }

    public void Kill()
    {
        _world.Log($"publisher {Machine.Term} is killed");
        _isDead = true;
        _line?.Close();
        if (_client is not null)
        {
            _client.IsClosed = true;
        }
    }

    public void Stop() => Do(() => Machine.Stop(_world.Time));

    public LifeLine? Line => _line;

    public void BreakLine() => _line?.Break();

    public void Cut(long duration)
    {
        _cutUntil = _world.Now + duration;
        _client?.Cut(duration);
    }

    /// <summary>Delays everything that this publisher sends to Redis for the given time. It then arrives together and in order.</summary>
    public void Stall(long duration) => _stalledUntil = _world.Now + duration;

    public void BeFlaky(int percent) => _flakyPercent = percent;

    public void LosePushes(long duration) => _client?.LosePushes(duration);

    public void RedisGone() => _client?.RedisGone();

    private void Tick()
    {
        if (_isDead)
        {
            return;
        }

        Do(() => _reader?.Tick(_world.Time));
        _world.After(TickEvery, Tick);
    }

    private void Pump()
    {
        if (!Machine.ReadsLog && _reader is not null)
        {
            // A leader does not read the log.
        }

        Machine.Tick(_world.Time);
        if (_line is not null && (!Machine.WantsLine || _line.Number != Machine.LineNumber))
        {
            _line.Close();
            _line = null;
        }

        if (_line is null && Machine.WantsLine)
        {
            _line = new LifeLine(_world, _vendor, this, Machine.LineNumber);
        }

        while (Machine.NextRequest(_world.Time) is { } request)
        {
            Send(request);
        }

        while (Machine.ReadsLog && _reader!.NextRequest(_world.Time) is { } read)
        {
            _client!.Perform(read);
        }
    }

    private void Send(PublisherRequest request)
    {
        bool isFlaky = _world.Random.Next(100) < _flakyPercent;
        bool arrives = !isFlaky || _world.Random.Next(2) == 0;
        long delay = isFlaky && _world.Random.Next(4) == 0 ? _world.Random.Next(500, 4000) : 0;
        _lastArrival = Math.Max(Math.Max(_lastArrival, _stalledUntil), _world.Now + _world.Random.Next(1, 15));
        bool isDone = false;
        _world.After(_lastArrival + delay - _world.Now, () =>
        {
            bool isCut = _world.Now < _cutUntil || !_world.RedisIsUp;
            ScriptAnswer answer = default;
            if (arrives && !isCut)
            {
                answer = _world.Run(request.Script);
                _world.Log($"{request.Script.GetType().Name} {request.Script switch { AcquireRequest a => $"{a.Term} {a.Take}", PublishRequest p => $"{p.Term} {p.Number} {p.Before}", RenewRequest r => $"{r.Term} {r.Confirmed}", _ => "" }}: {answer.Status} {answer.Number}{(isFlaky ? " but the answer is lost" : "")}");
            }

            if (arrives && !isCut && !isFlaky)
            {
                _world.After(_world.Random.Next(1, 15), () => Complete(() => Machine.Answered(request, answer, _world.Time)));
            }
        });
        _world.After(400, () => Complete(() => Machine.Failed(request, _world.Time)));

        void Complete(Action action)
        {
            if (!isDone)
            {
                isDone = true;
                Do(action);
            }
        }
    }
}
