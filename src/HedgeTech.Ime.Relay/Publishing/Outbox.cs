using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>
/// What a leader has received and Redis has not confirmed. It numbers messages and events, packs them into entries, and keeps each entry unchanged under its number
/// until it is confirmed: sent again, it must be the same.
/// </summary>
internal sealed class Outbox(int window, long maximumBytes)
{
    private const int MaximumEntryBytes = 256 * 1024;

    private readonly LinkedList<(OutItem Item, long Number)> _waiting = new();
    private readonly List<Entry> _entries = []; // in order of their numbers, dense
    private int _waitingEvents; // of _waiting
    private int _sent; // of _entries
    private long _bytes;
    private readonly Dictionary<int, OutItem> _states = []; // the last interruption of each connection, or its end
    private OpenInterruptions _packed = new(); // what is interrupted after the entries
    private bool _isHoleBeforeWaiting; // something was thrown away between the entries and what waits

    /// <summary>What the session has received so far.</summary>
    public FeedPosition Received { get; private set; }

    /// <summary>What Redis has confirmed.</summary>
    public FeedPosition Confirmed { get; private set; }

    /// <summary>The number of the last confirmed entry.</summary>
    public long ConfirmedNumber { get; private set; }

    /// <summary>Messages that were thrown away because too many waited.</summary>
    public long Dropped { get; private set; }

    public long Bytes => _bytes;

    /// <summary>When the oldest item that is not confirmed was received, in UTC ticks; null if everything is confirmed.</summary>
    public long? OldestReceivedAt => _entries.Find(static entry => entry.Items.Count > 0)?.Items[0].Item.ReceivedAt ?? _waiting.First?.Value.Item.Item.ReceivedAt;

    public bool IsEmpty => _waiting.Count == 0 && _entries.Count == 0;

    /// <summary>Begins a session behind this entry, where these connections are interrupted. What waited is forgotten.</summary>
    public void Begin(ulong session, long number, string open)
    {
        _waiting.Clear();
        _entries.Clear();
        _states.Clear();
        _packed = OpenInterruptions.Read(open);
        (_waitingEvents, _sent, _bytes, _isHoleBeforeWaiting) = (0, 0, 0, false);
        Received = Confirmed = new FeedPosition(session, 0, 0);
        ConfirmedNumber = number;
    }

    /// <summary>Adds an entry without items if nothing else would tell readers of the session and how far it has come.</summary>
    public void Introduce()
    {
        if (IsEmpty)
        {
            _entries.Add(new Entry(Received, Received, [], ""));
        }
    }

    public void Add(OutItem item)
    {
        Append(item);
        if (OpenInterruptions.ChangesState(item.Item, out FeedEvent? happened))
        {
            _states[ConnectionOf(happened)] = item;
        }

        List<OutItem> kept = [];
        while (_bytes > maximumBytes && _waiting.First is { } oldest)
        {
            // What has a number as an entry must stay. The numbers of what goes tell the readers how much is missing.
            OutItem first = oldest.Value.Item;
            _bytes -= first.Item.Bytes.Length;
            Dropped += first.Item.IsEvent ? 0 : 1;
            RemoveFirst();
            _isHoleBeforeWaiting = true;
            if (first.Item.IsEvent && _states.Values.Any(state => ReferenceEquals(state, first)))
            {
                kept.Add(first); // readers must learn what is interrupted now
            }
        }

        kept.ForEach(Append);
    }

    /// <summary>Adds what readers cannot know if these connections are interrupted by the log, and what is not confirmed does not say it: Redis may have lost events that it had confirmed.</summary>
    /// <param name="log">What is interrupted by the log.</param>
    /// <param name="end">Ends an interruption whose end this session has not seen.</param>
    public void Restate(OpenInterruptions log, Func<FeedInterrupted, OutItem> end)
    {
        foreach (OutItem item in _entries.SelectMany(static entry => entry.Items).Concat(_waiting.Select(static waiting => waiting.Item)))
        {
            log.See(item.Item);
        }

        OutItem[] missing =
        [
            .. _states.Where(state => state.Value.Item.Contract == (ushort)EventCode.Interrupted && !log.Contains(state.Key)).Select(static state => state.Value),
            .. log.All.Select(open => (Open: open, State: _states.GetValueOrDefault(open.Connection)))
                .Where(static known => known.State?.Item.Contract != (ushort)EventCode.Interrupted)
                .Select(known => known.State is { } resumed ? resumed with { Item = RelayEvents.Restate(resumed.Item, known.Open) } : end(known.Open)),
        ];
        foreach (OutItem item in missing)
        {
            Add(item);
        }
    }

    /// <summary>The next entry to send; null if there is none, or enough are on their way.</summary>
    public PublishRequest? Next(Term term)
    {
        if (_sent == _entries.Count && (_entries.Count >= window || !Pack()))
        {
            return null;
        }

        if (_sent >= window)
        {
            return null;
        }

        Entry entry = _entries[_sent];
        _sent++;
        return new PublishRequest(term, ConfirmedNumber + _sent, entry.Before, [.. entry.Items.Select(static item => item.Item)], entry.Open);
    }

    /// <summary>Redis has everything up to this number.</summary>
    public void Confirm(long number)
    {
        int count = (int)Math.Clamp(number - ConfirmedNumber, 0, _entries.Count);
        foreach (Entry entry in _entries.Take(count))
        {
            Confirmed = entry.After;
            _bytes -= entry.Items.Sum(static item => item.Item.Bytes.Length);
        }

        _entries.RemoveRange(0, count);
        _sent = Math.Max(_sent - count, 0);
        ConfirmedNumber += count;
    }

    /// <summary>Sends what is not confirmed again, each entry as it was.</summary>
    public void Rewind() => _sent = 0;

    /// <summary>The log goes on behind a new barrier, which follows the entry <paramref name="standing"/> of the old term. What does not stand gets new numbers.</summary>
    public void Continue(long standing, long barrier)
    {
        Confirm(standing);
        ConfirmedNumber = barrier;
        _sent = 0;
    }

    /// <summary>
    /// The messages that are not confirmed, in order, as far back as nothing is missing between them: only those behind the last interruption of the line, and behind what was
    /// thrown away.
    /// </summary>
    public List<OutItem> UnconfirmedMessages()
    {
        List<OutItem> messages = [];
        FeedPosition end = Confirmed;
        foreach (Entry entry in _entries)
        {
            if (entry.Before != end)
            {
                messages.Clear();
            }

            entry.Items.ForEach(Take);
            end = entry.After;
        }

        if (_isHoleBeforeWaiting)
        {
            messages.Clear();
        }

        foreach ((OutItem item, _) in _waiting)
        {
            Take(item);
        }

        return messages;

        void Take(OutItem item)
        {
            if (!item.Item.IsEvent)
            {
                messages.Add(item);
            }
            else if (item.Item.Contract == (ushort)EventCode.Interrupted)
            {
                messages.Clear();
            }
        }
    }

    private bool Pack()
    {
        if (_waiting.First is not { } first)
        {
            return false;
        }

        bool isEvent = first.Value.Item.Item.IsEvent;
        // What waits of a kind is the last that was received of it, so its number tells where the kind that does not come first is.
        long other = isEvent ? Received.Messages - (_waiting.Count - _waitingEvents) : Received.Events - _waitingEvents;
        (long messages, long events) = isEvent ? (other, first.Value.Number - 1) : (first.Value.Number - 1, other);
        FeedPosition before = new(Received.Session, messages, events);
        List<OutItem> items = [];
        int bytes = 0;
        while (_waiting.First is { } node && items.Count < LogEntry.MaximumItems && (items.Count == 0 || bytes + node.Value.Item.Item.Bytes.Length <= MaximumEntryBytes)
            && node.Value.Number == (node.Value.Item.Item.IsEvent ? events : messages) + 1
            && !(node.Value.Item.Item.IsEvent && messages > before.Messages)) // so that the number of an entry tells whether its messages come behind its events
        {
            _ = node.Value.Item.Item.IsEvent ? events++ : messages++;
            items.Add(node.Value.Item);
            _packed.See(node.Value.Item.Item);
            bytes += node.Value.Item.Item.Bytes.Length;
            RemoveFirst();
        }

        _isHoleBeforeWaiting = false;
        _entries.Add(new Entry(before, new FeedPosition(before.Session, messages, events), items, events > before.Events ? _packed.Write() : ""));
        return true;
    }

    private static int ConnectionOf(FeedEvent state) => state is FeedInterrupted interrupted ? interrupted.Connection : ((FeedResumed)state).Connection;

    private void Append(OutItem item)
    {
        Received = item.Item.IsEvent ? Received with { Events = Received.Events + 1 } : Received with { Messages = Received.Messages + 1 };
        _waiting.AddLast((item, item.Item.IsEvent ? Received.Events : Received.Messages));
        _waitingEvents += item.Item.IsEvent ? 1 : 0;
        _bytes += item.Item.Bytes.Length;
    }

    private void RemoveFirst()
    {
        _waitingEvents -= _waiting.First!.Value.Item.Item.IsEvent ? 1 : 0;
        _waiting.RemoveFirst();
    }

    private sealed record Entry(FeedPosition Before, FeedPosition After, List<OutItem> Items, string Open);
}
