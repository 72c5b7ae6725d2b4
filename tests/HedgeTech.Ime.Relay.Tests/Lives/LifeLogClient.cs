using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>Performs the requests of a reader, over a network that is slow, loses pushes and fails silently.</summary>
internal sealed class LifeLogClient
{
    private readonly LifeWorld _world;
    private readonly Func<LogReader> _reader;
    private readonly Action<Action> _run;
    private readonly int _page;
    private Action<byte[]>? _subscription;
    private int _subscribedBy;
    private long _lastArrival;
    private long _cutUntil;
    private long _deafUntil;
    private bool _losesNextPush;

    public LifeLogClient(LifeWorld world, Func<LogReader> reader, Action<Action> run)
    {
        (_world, _reader, _run) = (world, reader, run);
        _page = world.Random.Next(30, 100);
    }

    public bool IsClosed { get; set; }

    /// <summary>Makes the network fail silently for the given time.</summary>
    public void Cut(long duration) => _cutUntil = _world.Now + duration;

    /// <summary>Loses pushes for the given time, as when a client reconnects by itself.</summary>
    public void LosePushes(long duration) => _deafUntil = _world.Now + duration;

    public void LoseNextPush() => _losesNextPush = true;

    /// <summary>Called when Redis stops. The client may notice.</summary>
    public void RedisGone()
    {
        int subscription = _subscribedBy;
        if (_world.Random.Next(10) < 7)
        {
            _world.After(_world.Random.Next(10, 100), () => _run(() => _reader().ConnectionLost(subscription, _world.Time)));
        }
    }

    public void Perform(ReaderRequest request)
    {
        _world.After(_world.Random.Next(1, 30), () =>
        {
            if (IsClosed)
            {
                return;
            }

            if (!_world.RedisIsUp || _world.Now < _cutUntil)
            {
                _world.After(_world.Random.Next(20, 500), () => _run(() => _reader().Failed(request.Id, _world.Time)));
                return;
            }

            if (request.Kind == ReaderRequestKind.Subscribe)
            {
                Subscribe(request.Id);
                return;
            }

            ReaderAnswer answer = _world.Redis.Read(request, _page);
            _world.After(_world.Random.Next(1, 30), () => _run(() => _reader().Answered(request, answer, _world.Time)));
        });
    }

    private void Subscribe(int id)
    {
        if (_subscription is not null)
        {
            _world.Unsubscribe(_subscription);
        }

        _subscribedBy = id;
        _subscription = push =>
        {
            if (_world.Now < _cutUntil || _world.Now < _deafUntil || _losesNextPush || IsClosed)
            {
                _losesNextPush = false;
                return;
            }

            _lastArrival = Math.Max(_lastArrival, _world.Now + _world.Random.Next(1, 15));
            _world.After(_lastArrival - _world.Now, () => _run(() => _reader().Received(id, LogEntry.ReadPush(push)!, _world.Time)));
        };
        _world.Subscribe(_subscription);
        _world.After(_world.Random.Next(1, 10), () => _run(() => _reader().Subscribed(id, _world.Time)));
    }
}
