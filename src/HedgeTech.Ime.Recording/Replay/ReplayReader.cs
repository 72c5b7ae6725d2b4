using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Replay;

/// <summary>Reads the events of a recording in order, with events of its own where something is missing.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ReplayReader : IDisposable
{
    /// <summary>How much the clock in the names of segments may differ from that of the messages in them.</summary>
    private const long LargestClockDifference = TimeSpan.TicksPerHour;

    private readonly HashSet<ContractKey> _wanted;
    private readonly long _from;
    private readonly long _to;
    private readonly Action<SegmentFile, Damage> _onTail;
    private readonly SegmentQueue _segments;
    private readonly Queue<FeedEvent> _events = [];
    private readonly SegmentChain _chain = new();
    private readonly RecordingInterruptions _interruptions;
    private readonly SegmentContracts _contracts;
    private readonly FrameReader _frames;
    private readonly UnannouncedDamage _damage;
    private SegmentCursor? _cursor;
    private SegmentCounts _counts;
    private bool _isCounting; // whether _counts are those of the segment; not before the first mark after a seek
    private GapReason? _gap;
    private bool _isEntering; // whether the first record of the segment is still to come
    private long _began; // when the first segment began
    private long _lastAt; // when the record before was received; 0 if there is none
    private bool _isPast;
    private bool _isOver;

    public ReplayReader(Func<IReadOnlyList<SegmentFile>> list, ContractSet contracts, DateTimeOffset? from, DateTimeOffset? to, bool keepFrames, Action<SegmentFile, Damage> onDamage)
    {
        _segments = new SegmentQueue(list);
        _interruptions = new RecordingInterruptions(contracts, _events);
        _wanted = [.. contracts];
        _contracts = new SegmentContracts(_wanted);
        _frames = new FrameReader(_contracts, _wanted, keepFrames);
        _from = from?.UtcTicks ?? 0;
        _to = to?.UtcTicks ?? long.MaxValue;
        _onTail = onDamage;
        _damage = new UnannouncedDamage(_interruptions, onDamage);
    }

    /// <summary>Reads the next event; false at the end of the recording.</summary>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FeedEvent? feedEvent)
    {
        while (true)
        {
            if (_events.TryDequeue(out feedEvent))
            {
                return true;
            }

            if (_cursor is null && (_isOver || !TryOpen()))
            {
                if (_damage.IsEmpty)
                {
                    return false;
                }

                AnnounceDamage(0); // no record follows
                continue;
            }

            if (_cursor is null)
            {
                continue; // the segment was not worth opening
            }

            if (!_cursor.TryRead(out Record record))
            {
                if (_cursor.IsEnded is false && _segments.IsEmpty && IsContinued())
                {
                    continue;
                }

                EnterUnread(_cursor.Recorded);
                EndSegment(_cursor.IsEnded is not false); // if that is not known, the damage is all that can be said
                continue;
            }

            feedEvent = Read(record);
            if (feedEvent is not null && _events.Count > 0)
            {
                _events.Enqueue(feedEvent);
                continue;
            }

            if (feedEvent is not null)
            {
                return true;
            }
        }
    }

    public void Dispose() => _cursor?.Dispose();

    private bool TryOpen()
    {
        if (_segments.IsEmpty)
        {
            _segments.Fill();
        }

        if (!_segments.TryDequeue(out SegmentFile? segment))
        {
            return false;
        }

        if (_isPast && segment.Name.BeganAt.UtcTicks > _to)
        {
            return true;
        }

        if (_segments.TryPeek(out SegmentFile? next) && next.Name.BeganAt.UtcTicks + LargestClockDifference < _from)
        {
            return true; // without a look into the file
        }

        RecordingFolder.Read(segment, Open, ifGone: false); // the next segment shows the gap
        return true;
    }

    /// <summary>
    /// Whether another segment has begun since the end of this one was read, which has no end mark. Then it is complete now, and what was added to it comes first. If not,
    /// the replay is over: a segment that begins later would follow more than was read of this one.
    /// </summary>
    private bool IsContinued()
    {
        _isOver = !_segments.HasMore();
        if (!_isOver)
        {
            _cursor!.ReturnToTail();
        }

        return !_isOver;
    }

    /// <summary>Begins with a segment. False if nothing of it is to be read.</summary>
    private bool Open(SegmentFile segment)
    {
        if (_from > 0 && IsBefore(segment))
        {
            return false;
        }

        SegmentCursor cursor = SegmentCursor.Open(segment, _from, _damage.Add);
        if (cursor.IsUnwritten && _segments.IsEmpty)
        {
            cursor.Dispose();
            _isOver = !_segments.HasMore(); // its begin, which tells whether there is a gap before it, was not written yet
            if (_isOver)
            {
                return false;
            }

            cursor = SegmentCursor.Open(segment, _from, _damage.Add); // it is complete now
        }

        _cursor = cursor;
        Begin(segment, cursor.Summary);
        _counts = default;
        _isCounting = _from == 0;
        return true;
    }

    private void Begin(SegmentFile segment, SegmentSummary summary)
    {
        _gap = _chain.Begin(segment, summary) ?? _gap;
        _contracts.Begin(summary.Begin);
        _isEntering = true;
        if (_began == 0)
        {
            _began = summary.BeganAt > 0 ? summary.BeganAt : segment.Name.BeganAt.UtcTicks;
        }
    }

    /// <summary>Whether all of a segment is before the wanted time.</summary>
    private bool IsBefore(SegmentFile segment)
    {
        if (SegmentContent.IfCertain(segment) is not { } summary || summary.Last.Counts.MaxReceivedAt >= _from)
        {
            return false;
        }

        Begin(segment, summary);
        Pass(summary.Last);
        _chain.End(summary.IsEnded);
        return true;
    }

    private void EndSegment(bool isEnded)
    {
        // A tail that cannot be read is the end of a segment that crashed, or is not written yet.
        if (_cursor!.Tail is { } tail && (isEnded || _cursor.Segment.IsSealed))
        {
            _onTail(_cursor.Segment, tail);
        }

        _chain.End(isEnded);
        _cursor.Dispose();
        _cursor = null;
    }

    private FeedEvent? Read(in Record record)
    {
        switch (record.Header.Kind)
        {
            case RecordKind.Mark or RecordKind.End:
                ReadMark(record);
                return null;
            case RecordKind.Begin:
                _isCounting = true;
                return null;
            case RecordKind.Frame or RecordKind.Event or RecordKind.Lost:
                break;
            default:
                return null; // of a newer version
        }

        _counts = _counts.With(record.Header, record.Payload);
        if (_counts.MaxReceivedAt > _to)
        {
            EndSegment(isEnded: true);
            _isPast = true;
            return null;
        }

        bool isWanted = _counts.MaxReceivedAt >= _from;
        if (isWanted && !_damage.IsEmpty)
        {
            bool isGapNext = _isEntering && _gap is not null && record.Header.ReceivedAt > _from; // which begins where the damage ends
            AnnounceDamage(isGapNext ? 0 : record.Header.ReceivedAt);
        }

        Enter(record.Header.ReceivedAt);
        _lastAt = Math.Max(_lastAt, record.Header.ReceivedAt);
        return record.Header.Kind switch
        {
            RecordKind.Frame => isWanted ? _frames.Read(record) : null,
            RecordKind.Event => ReadEvent(record, isWanted),
            _ => isWanted ? ReadLoss(record) : null,
        };
    }

    private void ReadMark(in Record record)
    {
        if (SegmentMark.Read(record.Payload) is not { } mark)
        {
            return;
        }

        if (_isEntering && mark.Counts.MaxReceivedAt < _from)
        {
            Pass(mark);
        }
        else
        {
            _contracts.Add(mark.FirstContract, mark.Contracts);
        }

        if (!_isEntering && mark.Contracts.Count > 0)
        {
            _interruptions.Add([.. mark.Contracts.Where(_wanted.Contains)], Time(_lastAt));
        }

        if (_isCounting && Math.Max(_counts.MaxReceivedAt, _lastAt) >= _from)
        {
            TellMissing(mark.Counts);
        }

        _counts = mark.Counts with { MaxReceivedAt = Math.Max(_counts.MaxReceivedAt, mark.Counts.MaxReceivedAt) };
        _isCounting = true;
    }

    /// <summary>Tells what is missing at the end of a segment that cannot be read, and that it was recorded.</summary>
    private void EnterUnread(SegmentMark? recorded)
    {
        if (recorded is { } end && end.Counts.MaxReceivedAt >= _from && end.Counts.MaxReceivedAt <= _to)
        {
            if (_isCounting)
            {
                TellMissing(end.Counts);
            }

            AnnounceDamage(end.Counts.MaxReceivedAt);
            _lastAt = Math.Max(_lastAt, end.Counts.MaxReceivedAt);
        }
    }

    /// <summary>Tells what the counts of a mark say to be missing: records, or notes of losses.</summary>
    private void TellMissing(in SegmentCounts counted)
    {
        DateTimeOffset at = Time(counted.MaxReceivedAt);
        long snapshots = counted.Snapshots + counted.LostSnapshots - _counts.Snapshots - _counts.LostSnapshots;
        long events = counted.Events + counted.LostEvents - _counts.Events - _counts.LostEvents;
        if (snapshots > 0 || events > 0)
        {
            bool isTold = !_damage.IsEmpty;
            AnnounceDamage(counted.MaxReceivedAt);
            if (events > 0 && !isTold)
            {
                _interruptions.AddDamage(at, at, $"{Quantity.Of(events, "event")} missing here.");
            }
        }

        if (snapshots > 0)
        {
            _events.Enqueue(new SnapshotsDropped { ReceivedAt = at, Count = snapshots });
        }
    }

    private FeedEvent? ReadEvent(in Record record, bool isWanted)
    {
        if (EventText.Read(record.Payload) is not { } feedEvent)
        {
            if (isWanted)
            {
                // It may have been an interruption, so the consumer must not take its state for certain.
                _interruptions.AddDamage(Time(record.Header.ReceivedAt), Time(record.Header.ReceivedAt), "An event here could not be read. A newer version may have recorded it.");
            }

            return null;
        }

        _interruptions.See(feedEvent);
        ContractSet? contracts = feedEvent switch
        {
            FeedConnected connected => connected.Contracts,
            FeedInterrupted interrupted => interrupted.Contracts,
            FeedResumed resumed => resumed.Contracts,
            FeedSilent silent => silent.Contracts,
            _ => null,
        };
        return isWanted && (contracts is null || contracts.Any(_wanted.Contains)) ? feedEvent : null;
    }

    private SnapshotsDropped? ReadLoss(in Record record)
    {
        LossNote loss = LossNote.Read(record.Payload);
        DateTimeOffset at = Time(record.Header.ReceivedAt);
        if (loss.Events > 0)
        {
            _interruptions.AddDamage(at, at, $"{Quantity.Of(loss.Events, "event")} could not be recorded here.");
        }

        return loss.Snapshots > 0 ? new SnapshotsDropped { ReceivedAt = at, Count = loss.Snapshots } : null;
    }

    /// <summary>Goes on behind a mark, before which all is before the wanted time.</summary>
    private void Pass(SegmentMark mark)
    {
        _contracts.Add(mark.FirstContract, mark.Contracts);
        if (mark.Counts.MaxReceivedAt > 0)
        {
            Enter(mark.Counts.MaxReceivedAt);
            _lastAt = Math.Max(_lastAt, mark.Counts.MaxReceivedAt);
        }
    }

    /// <summary>Goes on with another segment, if this is its first record.</summary>
    private void Enter(long at)
    {
        if (!_isEntering)
        {
            return;
        }

        _isEntering = false;
        DateTimeOffset to = Time(Math.Max(at, _lastAt));
        if (_gap is { } gap)
        {
            _interruptions.Enter(gap, _contracts.Wanted, Time(Since(at)), to, isTold: at > _from);
            _gap = null;
        }
        else
        {
            _interruptions.Add(_contracts.Wanted, to);
        }
    }

    private void AnnounceDamage(long next) => _damage.Announce(Since(next), next);

    /// <summary>Since when something is missing: since the record before or, if there is none or it is not wanted, since the replay or its first segment began.</summary>
    /// <param name="next">When the record behind was received; 0 if there is none.</param>
    private long Since(long next) => Math.Max(_from, _lastAt > 0 ? _lastAt : next > 0 ? Math.Min(_began, next) : _began);

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
