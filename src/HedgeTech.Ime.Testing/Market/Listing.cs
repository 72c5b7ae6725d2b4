using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing.Market;

/// <summary>A contract on the market: its random walk, its timetable, and its subscribers. All connections that request it get the same messages. Thread-safe.</summary>
internal sealed class Listing
{
    private readonly Lock _gate = new();
    private readonly Walk _walk;
    private readonly MarketClock _clock;
    private readonly SimulatorSpelling _wire;
    private MessageWriter? _lazyWriter;

    /// <summary>Ticks between messages: 0 for no pause, -1 for no messages.</summary>
    private readonly long _period;
    private readonly long _phase;
    private Spelling[] _spellings = [];
    private long _done;

    public Listing(SimulatorContract contract, ImeSimulatorOptions options, MarketClock clock)
    {
        _walk = new Walk(contract, options.Seed, options.MessagesBeforeFirstTrade);
        _wire = options.Spelling;
        _clock = clock;
        _period = options.Rate switch
        {
            0 => -1,
            double.PositiveInfinity => 0,
            double rate => (long)(TimeSpan.TicksPerSecond / rate),
        };

        // The contracts do not all trade at the same moment, but after n periods each has had exactly n messages.
        _phase = _period <= 0 ? 0 : 1 + (long)(WalkRandom.Hash(contract.Code) % (ulong)_period);
    }

    public bool HasSubscribers => Volatile.Read(ref _spellings).Length > 0;

    /// <summary>Adds a subscriber. It does not get what the market did before, as with the service.</summary>
    public void Add(Subscription subscription, bool withSnapshot)
    {
        lock (_gate)
        {
            if (!HasSubscribers)
            {
                while (_period > 0 && Due <= _clock.Elapsed)
                {
                    _walk.Step(_clock.At(Due));
                    _done++;
                }
            }

            int index = Array.FindIndex(_spellings, spelling => spelling.Key == subscription.Key);
            Spelling spelling = index >= 0
                ? _spellings[index]
                : new Spelling(subscription.Key, MessageWriter.Head(Member(subscription.Key.Kind), subscription.Key.Value, _wire.Dialect), []);
            spelling = spelling with { Subscriptions = [.. spelling.Subscriptions, subscription] };
            _spellings = [.. _spellings.Where(other => other.Key != subscription.Key), spelling];
            if (withSnapshot)
            {
                Writer.Write(_walk, _clock.Now);
                subscription.Connection.Outbox.Add(subscription, _walk.TradeCount, spelling.Head, Writer.Stamp, Writer.Rest);
            }
        }
    }

    public void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            _spellings =
            [
                .. _spellings
                    .Select(spelling => spelling with { Subscriptions = [.. spelling.Subscriptions.Where(other => other != subscription)] })
                    .Where(spelling => spelling.Subscriptions.Length > 0),
            ];
        }
    }

    /// <summary>Returns when the next message is due, in ticks since the market started; never, if the contract waits for something other than time.</summary>
    public long NextDue()
    {
        lock (_gate)
        {
            return _period > 0 && HasSubscribers ? Due : long.MaxValue;
        }
    }

    /// <summary>Sends one message if one is due at the given time and every subscriber has room for it.</summary>
    public bool TrySendDue(long elapsed)
    {
        lock (_gate)
        {
            if (_period <= 0 || Due > elapsed || !HasSubscribers || !HasRoom())
            {
                return false;
            }

            SendNext(_clock.At(Due));
            _done++;
            return true;
        }
    }

    /// <summary>Sends the given number of messages, or as many as the subscribers have room for, if there is no pause between messages. Returns their number.</summary>
    public int SendWithoutPause(int most)
    {
        lock (_gate)
        {
            int sent = 0;
            while (sent < most && HasSubscribers && HasRoom())
            {
                SendNext(_clock.Now);
                sent++;
            }

            return sent;
        }
    }

    /// <summary>Sends one message now, regardless of the timetable; returns null if a connection has no room.</summary>
    public long? TrySendNow()
    {
        lock (_gate)
        {
            if (!HasRoom())
            {
                return null;
            }

            SendNext(_clock.Now);
            return _walk.TradeCount;
        }
    }

    /// <summary>Sends a message that the market did not create. Returns the connections that got it; null if a connection has no room.</summary>
    public IReadOnlyCollection<SimulatorConnection>? TrySendNow(MarketSnapshot snapshot)
    {
        lock (_gate)
        {
            if (!HasRoom())
            {
                return null;
            }

            HashSet<SimulatorConnection> reached = [];
            foreach (Spelling spelling in _spellings)
            {
                Send(spelling, SnapshotWriter.Write(snapshot, Member(spelling.Key.Kind), spelling.Key.Value, _clock.Now, _wire.Dialect), reached);
            }

            return reached;
        }
    }

    /// <summary>Sends a message as it is; null where a connection has no room, else the connections that got it.</summary>
    public IReadOnlyCollection<SimulatorConnection>? TrySendNow(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            if (!HasRoom())
            {
                return null;
            }

            HashSet<SimulatorConnection> reached = [];
            foreach (Spelling spelling in _spellings)
            {
                Send(spelling, message, reached);
            }

            return reached;
        }
    }

    public IReadOnlyList<SimulatorConnection> Listeners() =>
        [.. Volatile.Read(ref _spellings).SelectMany(spelling => spelling.Subscriptions).Select(subscription => subscription.Connection).Distinct()];

    /// <summary>When the next message is due, in ticks since the market started.</summary>
    private long Due => _phase + (_done * _period);

    /// <summary>Created when first needed, because most contracts are never requested.</summary>
    private MessageWriter Writer => _lazyWriter ??= new MessageWriter(_wire.Dialect);

    private string Member(ContractKeyKind kind) => kind == ContractKeyKind.Id ? _wire.IdMember : _wire.NameMember;

    private static void Send(Spelling spelling, ReadOnlySpan<byte> message, HashSet<SimulatorConnection> reached)
    {
        foreach (Subscription subscription in spelling.Subscriptions)
        {
            if (subscription.Connection.Outbox.Add(subscription, trade: 0, message, default, default))
            {
                reached.Add(subscription.Connection);
            }
        }
    }

    private bool HasRoom()
    {
        foreach (Spelling spelling in _spellings)
        {
            foreach (Subscription subscription in spelling.Subscriptions)
            {
                if (!subscription.Connection.Outbox.HasRoom)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void SendNext(DateTime at)
    {
        _walk.Step(at);
        Writer.Write(_walk, at);
        foreach (Spelling spelling in _spellings)
        {
            foreach (Subscription subscription in spelling.Subscriptions)
            {
                subscription.Connection.Outbox.Add(subscription, _walk.TradeCount, spelling.Head, Writer.Stamp, Writer.Rest);
            }
        }
    }
}
