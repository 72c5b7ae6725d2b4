using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing.Market;

/// <summary>A contract on the market: its walk, its timetable, and who listens. All connections that ask for it see the same messages. Thread-safe.</summary>
internal sealed class Listing
{
    private readonly Lock _gate = new();
    private readonly Walk _walk;
    private readonly MessageWriter _writer;
    private readonly SimulatorSpelling _wire;
    private readonly MarketClock _clock;

    /// <summary>Ticks between messages: 0 for no pause, -1 for no messages.</summary>
    private readonly long _period;
    private readonly long _phase;
    private Spelling[] _spellings = [];
    private long _done;

    public Listing(SimulatorContract contract, ImeSimulatorOptions options, MarketClock clock)
    {
        _walk = new Walk(contract, options.Seed, options.MessagesBeforeFirstTrade);
        _writer = new MessageWriter(options.Spelling.Dialect);
        _wire = options.Spelling;
        _clock = clock;
        _period = options.Rate switch
        {
            0 => -1,
            double.PositiveInfinity => 0,
            double rate => (long)(TimeSpan.TicksPerSecond / rate),
        };

        // Contracts do not all trade at the same instant, but after n periods each has had exactly n messages.
        _phase = _period <= 0 ? 0 : 1 + (long)(WalkRandom.Hash(contract.Code) % (ulong)_period);
    }

    public bool HasSubscribers => Volatile.Read(ref _spellings).Length > 0;

    /// <summary>Adds a connection. Nobody listened before: what the market did meanwhile is lost, as with the service.</summary>
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
                _writer.Write(_walk, _clock.Now);
                subscription.Connection.Outbox.Add(subscription, _walk.TradeCount, spelling.Head, _writer.Stamp, _writer.Rest);
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

    /// <summary>Sends what is due, up to a number of messages. Returns how many, and when the next is due: never, where the contract waits for something else than time.</summary>
    public (int Sent, long NextDue) SendDue(int most)
    {
        lock (_gate)
        {
            for (int sent = 0; ; sent++)
            {
                if (_period < 0 || !HasSubscribers)
                {
                    return (sent, long.MaxValue);
                }

                if (_period > 0 && Due > _clock.Elapsed)
                {
                    return (sent, Due);
                }

                if (!HasRoom())
                {
                    return (sent, long.MaxValue);
                }

                if (sent == most)
                {
                    return (sent, 0);
                }

                SendNext(_period > 0 ? _clock.At(Due) : _clock.Now);
                _done++;
            }
        }
    }

    /// <summary>Sends one message now, whatever the timetable says; null where a connection has no room.</summary>
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

    public IReadOnlyList<SimulatorConnection> Listeners() =>
        [.. Volatile.Read(ref _spellings).SelectMany(spelling => spelling.Subscriptions).Select(subscription => subscription.Connection).Distinct()];

    /// <summary>When the next message is due, in ticks since the market began.</summary>
    private long Due => _phase + (_done * _period);

    private string Member(ContractKeyKind kind) => kind == ContractKeyKind.Id ? _wire.IdMember : _wire.NameMember;

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
        _writer.Write(_walk, at);
        foreach (Spelling spelling in _spellings)
        {
            foreach (Subscription subscription in spelling.Subscriptions)
            {
                subscription.Connection.Outbox.Add(subscription, _walk.TradeCount, spelling.Head, _writer.Stamp, _writer.Rest);
            }
        }
    }
}
