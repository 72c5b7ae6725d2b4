using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Reading;

/// <summary>Turns entries into items: drops what was passed before and announces what is missing, by the numbers that the publisher gave its messages and events.</summary>
internal sealed class FeedTracker
{
    public const string EventsLost = "Events of the publisher are missing.";

    private FeedPosition _feed;
    private OpenInterruptions _open = new();
    private LogPosition _openUpTo; // the end of the log that _open was taken from, which may be ahead of what was passed
    private OpenInterruptions? _openInLog; // if Redis has lost events that were passed: what is interrupted for whoever has not seen those
    private bool _repeats; // since a restart: Redis may have lost events of this session, so that its leader states again what they said, or only ends it
    private bool _isKnown;
    private (ulong Session, long Number)[] _passed = [];

    /// <summary>The items, in order, for the reader to hand out.</summary>
    public Queue<ReadItem> Ready { get; } = new();

    /// <summary>Whether the relay itself is interrupted by what was passed, apart from interruptions of the reader's own.</summary>
    public bool IsInterrupted => _open.Contains(0);

    public void StartAt(FeedPosition feed) => (_feed, _isKnown) = (feed, true);

    /// <summary>The log is read from here on; what it says is the newest of each contract is passed, unless it was passed before.</summary>
    public void Restart(LogTop top, IEnumerable<LastValue> values)
    {
        FeedPosition feed = top.Feed;
        bool isSame = _isKnown && feed.Session == _feed.Session;

        // What Redis has lost was passed and is not passed again, and nothing older in its place.
        PassValues(values.Where(value => !isSame || value.Session == feed.Session || Passed(value.Item.Contract).Session != feed.Session), top.WholeSince);

        // What is interrupted is then known better here than in the log, until another publisher leads, which knows only the log.
        if (isSame && feed.Events < _feed.Events)
        {
            (_openInLog, _openUpTo) = (OpenInterruptions.Read(top.Open), top.Position);
        }
        else
        {
            Reconcile(top);
        }

        _feed = isSame ? new FeedPosition(feed.Session, Math.Max(feed.Messages, _feed.Messages), Math.Max(feed.Events, _feed.Events)) : feed;
        _repeats = true; // the leader may have written as many events again as were lost, or end what the log never said to be interrupted
        _isKnown = true;
    }

    /// <summary>
    /// Events were skipped: announces what they have changed. The end of the log says what is interrupted there. Whatever is read before that end changes it to the same.
    /// </summary>
    public void Reconcile(LogTop top)
    {
        Reconcile(OpenInterruptions.Read(top.Open), top.Position);
        _openUpTo = top.Position;
    }

    /// <summary>The log ends here now. If what is interrupted was taken from an end that was not read up to, and Redis may have lost that end since, it is taken from this one.</summary>
    public void Follow(LogTop top, LogPosition readTo)
    {
        bool isSame = top.Position.Term == _openUpTo.Term && top.Position.Number >= _openUpTo.Number;
        if (_openUpTo.Number > readTo.Number && !isSame)
        {
            Reconcile(top);
        }
    }

    /// <summary>The log begins with this entry, and was cut before it. The values are the newest messages of what was cut.</summary>
    public void Skip(LogEntry first, LogTop top, IEnumerable<LastValue> values)
    {
        LastValue[] kept = [.. values.Where(value => !WasPassed(value))];
        if (_isKnown && first.Before.Session == _feed.Session)
        {
            long missing = first.Before.Messages - _feed.Messages - kept.Count(value => value.Session == _feed.Session);
            if (missing > 0)
            {
                Ready.Enqueue(new ReadItem(ReadKind.Dropped, Count: missing));
            }

            if (first.Before.Events > _feed.Events)
            {
                Gap(EventsLost);
            }
        }
        else
        {
            Gap("Entries were removed from the log before they were read.");
        }

        PassValues(kept, top.WholeSince);
        (_feed, _isKnown) = (first.Before, true);
        Reconcile(top);
    }

    public void Pass(LogEntry entry)
    {
        FeedPosition before = entry.Before;
        bool isSame = _isKnown && before.Session == _feed.Session;
        if (isSame && before.Messages > _feed.Messages)
        {
            Ready.Enqueue(new ReadItem(ReadKind.Dropped, Count: before.Messages - _feed.Messages));
        }

        if (_isKnown && (isSame ? before.Events > _feed.Events : before.Messages > 0 || before.Events > 0))
        {
            Gap(EventsLost);
        }

        // Behind events that are missing here, the leader states again only what the log does not say.
        bool isContinued = isSame && before.Events <= _feed.Events;
        if (!isContinued && _openInLog is { } known)
        {
            Reconcile(known, entry.Position);
        }

        _repeats &= isContinued;

        long messages = before.Messages;
        long events = before.Events;
        foreach (LogItem item in entry.Items)
        {
            if (item.IsEvent ? ++events <= _feed.Events && isSame : ++messages <= _feed.Messages && isSame)
            {
                _openInLog?.See(item);
                continue;
            }

            if (!_open.See(item) || !_repeats)
            {
                Ready.Enqueue(new ReadItem(item.IsEvent ? ReadKind.Event : ReadKind.Message, item, new FeedPosition(before.Session, messages, events), entry.Position));
            }

            if (!item.IsEvent)
            {
                Remember(item.Contract, before.Session, messages);
            }
        }

        if (events > before.Events && events >= _feed.Events)
        {
            _openInLog = null; // with an entry that has events, the log says all that is interrupted behind it
        }

        _feed = isSame ? new FeedPosition(before.Session, Math.Max(messages, _feed.Messages), Math.Max(events, _feed.Events)) : new FeedPosition(before.Session, messages, events);
        _isKnown = true;
    }

    private void Reconcile(OpenInterruptions open, LogPosition position)
    {
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(position.Milliseconds);
        LogItem[] ended = [.. _open.All.Where(interrupted => !open.Contains(interrupted.Connection)).Select(interrupted => RelayEvents.End(interrupted, at))];
        LogItem[] begun = [.. open.All.Where(interrupted => !_open.Contains(interrupted.Connection)).Select(RelayEvents.Write)];
        foreach (LogItem item in ended.Concat(begun))
        {
            Ready.Enqueue(new ReadItem(ReadKind.Event, item));
        }

        _open = open;
        _openInLog = null;
        _repeats = false;
    }

    private void PassValues(IEnumerable<LastValue> values, long wholeSince)
    {
        bool isOld = false;
        foreach (LastValue value in values.Where(value => !WasPassed(value)).OrderBy(static value => value.Entry).ThenBy(static value => value.Number).ToArray())
        {
            isOld |= value.Entry < wholeSince;
            Ready.Enqueue(new ReadItem(ReadKind.State, value.Item, new FeedPosition(value.Session, value.Number, 0)));
            Remember(value.Item.Contract, value.Session, value.Number);
        }

        if (isOld)
        {
            Gap("Messages may be missing after the newest one of a contract.");
        }
    }

    private bool WasPassed(LastValue value) =>
        (_isKnown && value.Session == _feed.Session && value.Number <= _feed.Messages)
        || Passed(value.Item.Contract) == (value.Session, value.Number);

    /// <summary>The last message of a contract that was passed.</summary>
    private (ulong Session, long Number) Passed(ushort contract) => contract < _passed.Length ? _passed[contract] : default;

    private void Remember(ushort contract, ulong session, long number)
    {
        if (contract == LogItem.NoContract)
        {
            return;
        }

        if (contract >= _passed.Length)
        {
            Array.Resize(ref _passed, Math.Max(contract + 1, _passed.Length * 2));
        }

        _passed[contract] = (session, number);
    }

    private void Gap(string reason)
    {
        Ready.Enqueue(new ReadItem(ReadKind.Broken));
        Ready.Enqueue(new ReadItem(ReadKind.Interrupted, Reason: reason));
        if (!IsInterrupted)
        {
            Ready.Enqueue(new ReadItem(ReadKind.Resumed));
        }
    }
}
