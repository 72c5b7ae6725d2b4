using System.Globalization;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>A connection to the service. It opens, delivers messages with a delay and in order, breaks and opens again, until it is closed.</summary>
internal sealed class LifeConnection
{
    private readonly LifeWorld _world;
    private readonly LifeVendor _vendor;
    private readonly LifePublisher _publisher;
    private readonly LifeLine _line;
    private readonly int _lag;
    private int _life;
    private long _lastArrival;
    private bool _isClosed;

    public LifeConnection(LifeWorld world, LifeVendor vendor, LifePublisher publisher, LifeLine line, int number, int lag)
    {
        (_world, _vendor, _publisher, _line, Number, _lag) = (world, vendor, publisher, line, number, lag);
        Open();
    }

    /// <summary>The number of the connection, from 1.</summary>
    public int Number { get; }

    /// <summary>Whether the publisher knows that the connection is open.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Whether the publisher knows of an interruption that has not ended.</summary>
    public bool IsInterrupted { get; private set; }

    public void Bring(ushort contract, byte[] frame)
    {
        int life = _life;
        _lastArrival = Math.Max(_lastArrival, _world.Now + _lag + _world.Random.Next(20));
        _world.After(_lastArrival - _world.Now, () =>
        {
            if (life == _life)
            {
                OutItem item = OutItem.Message(contract, 0, frame, LifeVendor.TimeOf(new LogItem(false, contract, 0, frame)));
                _publisher.Do(() =>
                {
                    if (!IsUp)
                    {
                        throw new LifeFailure($"connection {Number} delivers a message before it has said that it is open");
                    }

                    _publisher.Machine.LineMessage(_line.Number, item, _world.Time);
                });
            }
        });
    }

    public void Break()
    {
        if (_isClosed)
        {
            return;
        }

        _life++;
        _vendor.Remove(this);
        int life = _life;
        _world.After(_world.Random.Next(1, 30), () => _publisher.Do(() =>
        {
            // If it has broken again since then, before it could open, the publisher learns of both at once.
            if (life == _life)
            {
                Interrupt();
                Open();
            }
        }));
    }

    public void Close()
    {
        _isClosed = true;
        _life++;
        _vendor.Remove(this);
    }

    private void Interrupt()
    {
        bool wasInterrupted = IsInterrupted;
        (IsUp, IsInterrupted) = (false, true);
        _line.Changed();
        if (!wasInterrupted)
        {
            Say(new FeedInterrupted { Connection = Number, Contracts = Contracts(), Reason = InterruptionReason.ConnectionLost, ReceivedAt = _world.Clock.GetUtcNow() });
        }
    }

    private void Open()
    {
        int life = _life;
        _world.After(_world.Random.Next(5, IsInterrupted && _world.Random.Next(3) == 0 ? 5000 : 300), () =>
        {
            if (life != _life || _isClosed)
            {
                return;
            }

            if (Number == _world.Refused)
            {
                _publisher.Do(Interrupt);
                Open();
                return;
            }

            _vendor.Add(this);
            _publisher.Do(() =>
            {
                // A publisher that was frozen learns of this when the connection may have broken again, but before it gets what the connection brought.
                IsUp = true;
                _line.Changed();
                if (IsInterrupted)
                {
                    IsInterrupted = false;
                    Say(new FeedResumed { Connection = Number, Contracts = Contracts(), ReceivedAt = _world.Clock.GetUtcNow() });
                }
            });
        });
    }

    private ContractSet Contracts() => ContractSet.ByName(Enumerable.Range(0, _world.Contracts).Where(contract => _world.ConnectionOf(contract) == Number).Select(static contract => string.Create(CultureInfo.InvariantCulture, $"C{contract}")).ToArray());

    private void Say(FeedEvent feedEvent) => _publisher.Machine.LineEvent(_line.Number, OwnEvents.Item(feedEvent), _world.Time);
}
