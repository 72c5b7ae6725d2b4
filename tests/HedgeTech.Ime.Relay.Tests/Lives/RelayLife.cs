namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>
/// One random run of a relay, with a service, publishers that freeze, die and are cut off, a Redis that restarts empty or is replaced by its replica, and readers that lag.
/// At the end, all faults stop, and every reader must get the last message of each contract.
/// </summary>
internal sealed class RelayLife
{
    private readonly LifeWorld _world;
    private readonly LifeVendor _vendor;
    private readonly List<LifePublisher> _publishers = [];
    private readonly List<LifeReader> _readers = [];
    private readonly bool _isHot;
    private int _takeovers;

    public RelayLife(int seed, Action<string>? log = null)
    {
        _world = new LifeWorld(seed, log);
        _vendor = new LifeVendor(_world);
        _isHot = _world.IsCalm || _world.Random.Next(2) == 0;
        int publishers = _world.Random.Next(_world.IsCalm ? 2 : 1, 4);
        for (int i = 0; i < publishers; i++)
        {
            _world.After(i * _world.Random.Next(500), AddPublisher);
        }

        int readers = _world.Random.Next(1, 4);
        for (int i = 0; i < readers; i++)
        {
            AddReader();
        }
    }

    public long Delivered => _readers.Sum(static reader => reader.Delivered);

    public long Announced => _readers.Sum(static reader => reader.Announced);

    public int Losses => _world.Losses;

    public int Takeovers => _takeovers;

    private LifePublisher? Leader => _publishers.Find(static publisher => publisher is { IsAlive: true, Machine.IsLeading: true });

    public void Run()
    {
        long end = _world.Random.Next(4_000, 16_000);
        long now = 0;
        if (_world.IsCalm)
        {
            now = 3000 + (3 * _world.Lease);
            end += now;
            _world.RunTo(now);
        }

        while (now < end)
        {
            now += _world.Random.Next(20, 800);
            _world.RunTo(now);
            if (_world.IsCalm)
            {
                HappenCalmly();
            }
            else
            {
                Happen(_world.Random.Next(118));
            }
        }

        // All faults stop.
        _world.Log("everything heals");
        if (!_world.RedisIsUp)
        {
            _world.RestartRedis(empty: false);
        }

        _publishers.ForEach(static publisher => publisher.BeFlaky(0));
        _readers.ForEach(static reader => reader.HurryUp());
        if (!_publishers.Exists(static publisher => !publisher.IsDead))
        {
            AddPublisher();
        }

        if (!_world.IsCalm && _world.Random.Next(3) == 0)
        {
            // From now on, the service refuses one connection of every leader.
            _world.Refused = _world.Random.Next(1, _world.Connections + 1);
            _publishers.ForEach(publisher => publisher.Line?.Break(_world.Refused));
        }

        _world.RunTo(now + 12_000 + (6 * _world.Lease));
        _vendor.IsOpen = false;
        _readers.ForEach(static reader => reader.HurryUp()); // also those that started since then
        _world.RunTo(now + 20_000 + (6 * _world.Lease));
        LifePublisher leader = Leader ?? throw new LifeFailure("no publisher leads at the end");
        foreach (LifeReader reader in _readers)
        {
            reader.CheckEnd(leader.Line!.Interrupted);
        }
    }

    private void AddReader() => _readers.Add(new LifeReader(_world, _vendor, _readers.Count));

    private void AddPublisher() => _publishers.Add(new LifePublisher(_world, _vendor, _isHot));

    /// <summary>Ends or freezes the leader while a standby is ready. The standby must take over without a gap.</summary>
    private void HappenCalmly()
    {
        if (Leader is not { } leader || !_publishers.Exists(publisher => publisher != leader && publisher is { IsAlive: true, Machine: { IsReady: true, IsLeading: false } })
            || _readers.Count == 0)
        {
            return;
        }

        _takeovers++;
        AddLateReader();
        switch (_world.Random.Next(3))
        {
            case 0:
                leader.Kill();
                break;
            case 1:
                _world.Log("the leader stops");
                leader.Stop();
                break;
            default:
                leader.Freeze(_world.Random.Next(1, 4 * _world.Lease));
                return;
        }

        _publishers.Remove(leader);
        AddPublisher();
    }

    private void Happen(int choice)
    {
        LifePublisher? publisher = _publishers.Count == 0 ? null : _publishers[_world.Random.Next(_publishers.Count)];
        LifeReader reader = _readers[_world.Random.Next(_readers.Count)];
        int duration = _world.Random.Next(3) == 0 ? _world.Random.Next(4 * _world.Lease) : _world.Random.Next(_world.Lease);
        switch (choice)
        {
            case < 12 when publisher is { IsAlive: true }:
                publisher.Freeze(duration);
                break;
            case < 18 when publisher is { IsDead: false }:
                Kill(publisher);
                break;
            case < 21 when publisher is { IsAlive: true }:
                _takeovers++;
                _world.Log("a publisher stops");
                BreakNextLine(publisher, within: 700);
                publisher.Stop();
                _world.After(_world.Random.Next(1000), AddPublisher);
                break;
            case < 29:
                publisher?.Cut(duration);
                _world.Log($"a publisher is cut off for {duration}");
                break;
            case < 37:
                publisher?.BeFlaky(_world.Random.Next(2) == 0 ? 0 : _world.Random.Next(60));
                break;
            case < 43:
                publisher?.BreakLine();
                break;
            case < 48 when _world.RedisIsUp:
                RestartRedis(duration);
                break;
            case < 53 when _world.RedisIsUp:
                _world.PromoteReplica();
                RedisGone();
                break;
            case < 57:
                _world.RedisClock = Math.Max(_world.RedisClock + _world.Random.Next(-5000, 5000), 10_000);
                break;
            case < 65:
                int count = _world.Random.Next(1, Math.Max(_world.Redis.Count, 2));
                _world.Log($"{count} entries are trimmed");
                _world.Redis.Trim(count);
                break;
            case < 75:
                reader.StandStill(_world.Random.Next(5000));
                break;
            case < 83:
                reader.Client.Cut(_world.Random.Next(5000));
                break;
            case < 92:
                reader.Client.LosePushes(_world.Random.Next(300));
                break;
            case < 94:
                publisher?.LosePushes(_world.Random.Next(300));
                break;
            case < 97:
                publisher?.Stall(duration);
                _world.Log($"what a publisher sends stands still for {duration}");
                break;
            case < 102 when _world.RedisIsUp && Leader is { } leader:
                // The leader's connection breaks while what it receives waits for Redis.
                RestartRedis(_world.Lease + duration);
                _world.After(_world.Random.Next(_world.Lease), leader.BreakLine);
                break;
            case < 108 when _world.RedisIsUp && Leader is { } leader:
                _publishers.ForEach(one => one.LosePushes(_world.Random.Next(500)));
                _world.After(_world.Random.Next(200), () => LoseMachine(leader));
                break;
            case < 113 when Leader is { } leader:
                // While the leader cannot reach Redis, the service ends a connection of every publisher. The next leader dies soon.
                leader.Cut(_world.Lease + duration);
                int connection = _world.Random.Next(1, _world.Connections + 1);
                _world.After(_world.Random.Next(_world.Lease), () => _publishers.ForEach(one => one.Line?.Break(connection)));
                _world.After(_world.Lease + _world.Random.Next(2 * _world.Lease), () =>
                {
                    if (Leader is { } next && next != leader)
                    {
                        Kill(next);
                    }
                });
                break;
            case < 118 when _world.RedisIsUp && Leader is { } leader:
                // Redis loses a whole outage of the leader, and a reader has seen only its beginning.
                _world.IsReplicaCutOff = true;
                leader.BreakLine();
                int seen = _world.Random.Next(40, 200);
                int unseen = _world.Random.Next(100, 600);
                _world.After(seen, () => reader.Client.LosePushes(unseen));
                _world.After(seen + unseen, () =>
                {
                    if (_world is { RedisIsUp: true, IsReplicaCutOff: true })
                    {
                        _world.PromoteReplica();
                        RedisGone();
                        leader.Cut(_world.Random.Next(_world.Lease));
                    }
                });
                break;
        }
    }

    private void Kill(LifePublisher publisher)
    {
        _takeovers++;
        BreakNextLine(publisher, within: _world.Lease + 700);
        AddLateReader();
        publisher.Kill();
        _publishers.Remove(publisher);
        _world.After(_world.Random.Next(1000), AddPublisher);
    }

    /// <summary>In some cases, a reader starts around a takeover.</summary>
    private void AddLateReader()
    {
        if (_world.Random.Next(5) == 0)
        {
            AddReader();
        }
    }

    /// <summary>In some cases, a connection of the next leader breaks soon after the takeover, when messages may still be held back.</summary>
    private void BreakNextLine(LifePublisher publisher, int within)
    {
        if (Leader == publisher && _world.Random.Next(2) == 0)
        {
            _world.After(within - _world.Random.Next(700), () => Leader?.BreakLine());
        }
    }

    /// <summary>The machine dies that both the leader and Redis run on. The replica has a clock of its own.</summary>
    private void LoseMachine(LifePublisher leader)
    {
        if (!_world.RedisIsUp || Leader != leader)
        {
            return;
        }

        Kill(leader);
        if (_world.Random.Next(2) == 0)
        {
            _world.PromoteReplica();
            RedisGone();
        }
        else
        {
            _world.PromoteReplicaWithoutLastEntry();
            _readers.Where(_ => _world.Random.Next(2) == 0).ToList().ForEach(static reader => reader.Client.LoseNextPush());
        }

        _world.RedisClock = Math.Max(_world.RedisClock + _world.Random.Next(-3000, 1000), 10_000);
    }

    private void RestartRedis(int duration)
    {
        bool empty = _world.Random.Next(2) == 0;
        _world.Log($"Redis restarts{(empty ? " empty" : "")} in {duration}");
        _world.StopRedis();
        _world.After(duration, () =>
        {
            if (!_world.RedisIsUp)
            {
                _world.RestartRedis(empty);
                RedisGone();
            }
        });
    }

    private void RedisGone()
    {
        _publishers.ForEach(static publisher => publisher.RedisGone());
        _readers.ForEach(static reader => reader.Client.RedisGone());
    }
}
