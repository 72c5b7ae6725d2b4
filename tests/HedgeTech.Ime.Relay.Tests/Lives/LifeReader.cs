using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>One reader process with its consumer, which may be slow or stand still. Checks what the reader sees.</summary>
internal sealed class LifeReader
{
    private const int TickEvery = 50;

    private readonly LifeWorld _world;
    private readonly LifeVendor _vendor;
    private readonly LogReader _reader;
    private readonly LifeLogClient _client;
    private readonly string _name;
    private readonly long[] _last; // the number of the last message, by contract
    private readonly long[] _announcedAt; // by contract, the number of announcements before its last message
    private readonly int[] _lossesAt;
    private readonly long[] _droppedAt;
    private readonly bool _isLate;
    private bool _isSlow;
    private readonly HashSet<int> _interrupted = []; // connections
    private readonly Dictionary<int, (ulong Session, bool Begins)> _outages = []; // by connection: the last event of an outage, and whose it was
    private readonly long[] _excusedUntil; // by contract: messages that were sent up to then may be missing, as the last announcement said
    private long _announced;
    private long _standsStillUntil;
    private (ulong Session, long Number)? _lastMessage;
    private long _dropped;
    private long _droppedInAll;

    public LifeReader(LifeWorld world, LifeVendor vendor, int number)
    {
        (_world, _vendor, _name) = (world, vendor, $"reader {number}");
        _reader = new LogReader(new PushRing(world.Random.Next(2) == 0 ? 6 : 1000), TimeSpan.FromSeconds(2), world.Time);
        _client = new LifeLogClient(world, () => _reader, Do);
        _isSlow = world.Random.Next(3) == 0;
        _isLate = world.Now > 0;
        _last = new long[world.Contracts];
        _announcedAt = new long[world.Contracts];
        _lossesAt = new int[world.Contracts];
        _droppedAt = new long[world.Contracts];
        _excusedUntil = new long[world.Contracts];
        world.After(world.Random.Next(2000), Tick);
    }

    public long Delivered { get; private set; }

    public long Announced => _announced;

    public LifeLogClient Client => _client;

    public void StandStill(long duration) => _standsStillUntil = _world.Now + duration;

    public void HurryUp() => _isSlow = false;

    /// <param name="interrupted">The connections of the leader that are interrupted.</param>
    public void CheckEnd(IEnumerable<int> interrupted)
    {
        Take(int.MaxValue);
        if (_world is { Refused: 1, Connections: 1 })
        {
            _interrupted.Remove(0); // a leader without any connection does not end its own interruption
        }

        if (!_interrupted.SetEquals(interrupted))
        {
            throw new LifeFailure($"{_name} takes the connections {string.Join(", ", _interrupted)} as interrupted in the end, but {string.Join(", ", interrupted)} are");
        }

        for (int contract = 0; contract < _last.Length; contract++)
        {
            // A publisher with little memory may have dropped the last message. It has then told the reader.
            if (_last[contract] != _vendor.Count(contract) && _world.Refused != _world.ConnectionOf(contract) && (_world.IsCalm || _droppedInAll == _droppedAt[contract]))
            {
                throw new LifeFailure($"{_name} has message {_last[contract]} of contract {contract} in the end, but {_vendor.Count(contract)} were sent. Level {_reader.IsLevel}, at {_reader.Position}, interrupted {_reader.IsInterrupted}");
            }
        }

        if (_reader.IsInterrupted || !_reader.IsLevel)
        {
            throw new LifeFailure($"{_name} ends interrupted ({_reader.IsInterrupted}) or behind ({!_reader.IsLevel})");
        }
    }

    private void Do(Action action)
    {
        action();
        Pump();
    }

    private void Tick()
    {
        Do(() => _reader.Tick(_world.Time));
        if (_isSlow && _world.Now >= _standsStillUntil)
        {
            Take(2);
        }

        _world.After(TickEvery, Tick);
    }

    private void Pump()
    {
        if (!_isSlow && _world.Now >= _standsStillUntil)
        {
            Take(int.MaxValue);
        }

        while (_reader.NextRequest(_world.Time) is { } request)
        {
            _client.Perform(request);
        }
    }

    private void Take(int count)
    {
        while (count-- > 0 && _reader.TryTake(out ReadItem item))
        {
            if (item.Kind is ReadKind.Message or ReadKind.State)
            {
                Check(item);
            }
            else if (item.Kind is ReadKind.Interrupted or ReadKind.Resumed or ReadKind.Dropped or ReadKind.Event)
            {
                _world.Log($"{_name} {item.Kind} {item.Count} {item.Reason}{System.Text.Encoding.UTF8.GetString(item.Item.Bytes.Span)}");
                if (_world.IsCalm && _isLate && item.Kind == ReadKind.Interrupted)
                {
                    throw new LifeFailure($"{_name} started after the first leader, no line has missed any message, and it is told: {item.Reason}");
                }

                bool begins = item.Kind == ReadKind.Interrupted || (item.Kind == ReadKind.Event && item.Item.Contract == (ushort)EventCode.Interrupted);
                bool ends = item.Kind == ReadKind.Resumed || (item.Kind == ReadKind.Event && item.Item.Contract == (ushort)EventCode.Resumed);
                // The end of an interruption only counts as an announcement if its start was announced.
                FeedEvent? happened = item.Kind == ReadKind.Event ? RelayEvents.Read(item.Item.Bytes.Span) : null;
                int connection = happened switch { FeedInterrupted of => of.Connection, FeedResumed of => of.Connection, _ => 0 };
                if (item.Reason == FeedTracker.EventsLost)
                {
                    _outages.Clear(); // the other half may be among them
                }

                if (happened is not null && (begins || ends))
                {
                    CheckOutage(connection, item.Feed.Session, begins);
                }

                bool isEnd = ends && _interrupted.Remove(connection);
                if (isEnd || item.Kind == ReadKind.Dropped)
                {
                    Excuse(connection, Math.Min(_world.Now, happened is null ? long.MaxValue : (long)(happened.ReceivedAt - DateTimeOffset.UnixEpoch).TotalMilliseconds));
                }

                _announced += begins || item.Kind == ReadKind.Dropped || isEnd ? 1 : 0;
                if (begins)
                {
                    _interrupted.Add(connection);
                }

                _dropped += item.Count;
                _droppedInAll += item.Count;
                if (item.Kind != ReadKind.Dropped)
                {
                    _lastMessage = null;
                }
            }
        }
    }

    /// <summary>An outage is one interruption and one end. What the reader itself derived from the log has no session.</summary>
    private void CheckOutage(int connection, ulong session, bool begins)
    {
        if (session != 0 && _outages.GetValueOrDefault(connection) == (session, begins))
        {
            throw new LifeFailure($"{_name} is told twice by one leader that connection {connection} {(begins ? "is interrupted" : "has resumed")}");
        }

        _outages[connection] = (session, begins);
    }

    private void Excuse(int connection, long until)
    {
        for (int contract = 0; contract < _excusedUntil.Length; contract++)
        {
            _excusedUntil[contract] = connection == 0 || connection == _world.ConnectionOf(contract) ? Math.Max(_excusedUntil[contract], until) : _excusedUntil[contract];
        }
    }

    private void Check(ReadItem item)
    {
        (int contract, long number) = LifeVendor.Read(item.Item.Bytes.Span);
        long last = _last[contract];
        _world.Log($"{_name} {item.Kind} {contract} {number} of {item.Feed.Session}/{item.Feed.Messages} in {item.Position.Number}");
        if (contract != item.Item.Contract)
        {
            throw new LifeFailure($"{_name}: a message of contract {contract} is labelled {item.Item.Contract}");
        }

        if (number <= last && !(_lossesAt[contract] < _world.Losses && _announced > _announcedAt[contract]))
        {
            throw new LifeFailure($"{_name} gets message {number} of contract {contract} after {last}");
        }

        if (last > 0 && number > last + 1 && (_world.IsCalm || _announced == _announcedAt[contract]))
        {
            throw new LifeFailure($"{_name} gets message {number} of contract {contract} after {last}, {(_world.IsCalm ? "though no line has missed any" : "and nothing was announced between")}");
        }

        if (last > 0 && number > last + 1 && !_interrupted.Contains(0) && !_interrupted.Contains(_world.ConnectionOf(contract)) && _vendor.SentAt(contract, number - 1) > _excusedUntil[contract])
        {
            throw new LifeFailure($"{_name} misses message {number - 1} of contract {contract}, sent at {_vendor.SentAt(contract, number - 1)}, though the interruption was over at {_excusedUntil[contract]}");
        }

        if (item.Kind == ReadKind.Message && _lastMessage is { } before && before.Session == item.Feed.Session && item.Feed.Messages - before.Number - 1 != _dropped)
        {
            throw new LifeFailure($"{_name} got announcements of {_dropped} dropped messages between {before.Number} and {item.Feed.Messages}");
        }

        if (item.Kind == ReadKind.Message)
        {
            _lastMessage = (item.Feed.Session, item.Feed.Messages);
            _dropped = 0;
        }
        else
        {
            _lastMessage = null;
        }

        _last[contract] = number;
        _announcedAt[contract] = _announced;
        _lossesAt[contract] = item.Kind == ReadKind.State ? _world.LossesBefore(item.Feed) : _world.LossesBefore(item.Position);
        _droppedAt[contract] = _droppedInAll;
        Delivered++;
    }
}
