using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>A line to the service: it opens, brings messages late and in order, breaks and opens again, until it is closed.</summary>
internal sealed class LifeLine
{
    private readonly LifeWorld _world;
    private readonly LifeVendor _vendor;
    private readonly LifePublisher _publisher;
    private readonly int _lag;
    private int _life;
    private long _lastArrival;
    private bool _isClosed;

    public LifeLine(LifeWorld world, LifeVendor vendor, LifePublisher publisher, int number)
    {
        (_world, _vendor, _publisher, Number) = (world, vendor, publisher, number);
        _lag = world.Random.Next(1, 80);
        Open(isAgain: false);
    }

    public int Number { get; }

    public void Bring(ushort contract, byte[] frame)
    {
        int life = _life;
        _lastArrival = Math.Max(_lastArrival, _world.Now + _lag + _world.Random.Next(20));
        _world.After(_lastArrival - _world.Now, () =>
        {
            if (life == _life)
            {
                OutItem item = OutItem.Message(contract, 0, frame, LifeVendor.TimeOf(new LogItem(false, contract, 0, frame)));
                _publisher.Do(() => _publisher.Machine.LineMessage(Number, item, _world.Time));
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
            _publisher.Machine.LineIsUp(Number, false, _world.Time);
            _publisher.Machine.LineEvent(Number, LifePublisher.Event(EventCode.Interrupted), _world.Time);
            if (life == _life && !_isClosed)
            {
                Open(isAgain: true);
            }
        }));
    }

    public void Close()
    {
        _isClosed = true;
        _life++;
        _vendor.Remove(this);
    }

    private void Open(bool isAgain)
    {
        int life = _life;
        _world.After(_world.Random.Next(5, 300), () =>
        {
            if (life != _life || _isClosed)
            {
                return;
            }

            _vendor.Add(this);
            _publisher.Do(() =>
            {
                if (life == _life)
                {
                    _publisher.Machine.LineIsUp(Number, true, _world.Time);
                    if (isAgain)
                    {
                        _publisher.Machine.LineEvent(Number, LifePublisher.Event(EventCode.Resumed), _world.Time);
                    }
                }
            });
        });
    }
}
