using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// The synchronous heart of a feed: decides on outages, proof, refusals, replacements and endings, and keeps the order of events. Inputs are method
/// calls that carry the <see cref="Moment"/>; what is to be done comes back as a <see cref="LineAction"/>, is asked of a <see cref="Line"/>, or waits in the buffer.
/// It has no clock, no thread and no await of its own, so that a test can drive it through any life. Not thread-safe: the feed calls it under its lock.
/// </summary>
internal sealed partial class FeedSupervisor(FeedBuffer buffer, FeedOptions options, FeedPolicy policy)
{
    private readonly List<Shard> _shards = [];
    private readonly FeedOutput _output = new(buffer);
    private int _lastNumber;
    private FirstConnections? _first;

    /// <summary>How the feed ended; null while it runs. The first end stands.</summary>
    public FeedEnd? End { get; private set; }

    /// <summary>
    /// Whether lines wait for the consumer. They do not while an update changes over to new lines: the consumer may be the one that waits for the update.
    /// </summary>
    public bool MustWait => buffer.MustWait && End is null && !IsChangingOver;

    public FeedState State
    {
        get
        {
            if (End is not null)
            {
                return FeedState.Ended;
            }

            if (_shards.Count == 0)
            {
                return FeedState.Idle;
            }

            if (_shards.Exists(static shard => shard.Outage.IsOpen))
            {
                return FeedState.Interrupted;
            }

            return _shards.Exists(static shard => shard.Lines.Count == 0) ? FeedState.Connecting : FeedState.Live;
        }
    }

    public FeedStatistics Statistics => _output.Counters.ToStatistics(buffer);

    /// <summary>Messages of all lines, those that another has brought too and rejected ones included.</summary>
    public long Messages => _output.Counters.Messages;

    /// <summary>Adds a shard; the caller then starts to connect its slots.</summary>
    public Shard AddShard(ContractSet contracts)
    {
        Shard shard = NewShard(contracts);
        _shards.Add(shard);
        buffer.MakeRoomFor(_shards.Sum(static other => other.Contracts.Count));
        return shard;
    }

    /// <summary>
    /// Replaces a shard whose request line was too long; the parts inherit its history. An open outage goes on in each: for a part that has got a number of
    /// its own it is announced again, so that it can be resumed under that number.
    /// </summary>
    public IReadOnlyList<Shard> Split(Shard shard, IReadOnlyList<ContractSet> parts, Moment now)
    {
        List<Shard> split = [];
        foreach (ContractSet contracts in parts)
        {
            Shard part = shard.With(split.Count == 0 ? shard.Number : ++_lastNumber, contracts, new SilenceWatch(options));
            split.Add(part);
            if (split.Count > 1 && part.Outage.Renumber(part.Number, contracts, now) is { } interrupted)
            {
                Announce(interrupted);
            }
        }

        foreach (LineSlot slot in shard.Slots)
        {
            OpeningEnds(slot);
        }

        shard.IsRetired = true;
        List<Shard> home = shard.IsProvisional ? _update!.New : _shards;
        home.Remove(shard);
        home.AddRange(split);
        if (_update is { } update && update.Old.Remove(shard))
        {
            update.Old.AddRange(split);
        }

        return split;
    }

    /// <summary>A line brought a snapshot.</summary>
    public void Received(Line line, MarketSnapshot snapshot, long bytes, Moment now)
    {
        if (End is not null || line.IsOver || IsUnwanted(line, snapshot.Contract))
        {
            return;
        }

        _takeover.Note(MustWait, now);
        CountMessage(line, now, bytes);
        if (!line.IsProven)
        {
            Prove(line, now);
        }
        else if (line.Shard.Outage is { IsOpen: true, Pending: null })
        {
            // It was proven before, but had fallen silent when the other one ended.
            Resume(line.Shard, now);
        }

        if (line.OverlapConfirmedAt is null && Shows(line, snapshot.Contract))
        {
            line.OverlapConfirmedAt = now;
            IsTimerStale = true;
        }

        if (line.IsArbitrated)
        {
            Arbitrate(line, snapshot, now);
            if (line.Shard.Outage.Pending is { } pending && CarriesOn(line, pending.Ended, now))
            {
                ResolvePendingOutage(line.Shard, now);
            }
        }
        else
        {
            _output.Deliver(snapshot);
        }
    }

    /// <summary>A line brought a message that is no snapshot. It proves nothing: an endpoint that greets with an error is not healthy.</summary>
    public void Rejected(Line line, FrameRejected rejected, long bytes, Moment now)
    {
        if (End is null && !line.IsOver)
        {
            CountMessage(line, now, bytes);
            _output.Reject(rejected, now);
        }
    }

    /// <summary>The next event for the consumer.</summary>
    public bool TryTake(out FeedEvent? taken)
    {
        _takeover.MayHaveWaited(MustWait);
        return _output.TryTake(out taken);
    }

    /// <summary>Whether something waits for the consumer.</summary>
    public bool HasEvents => !buffer.IsEmpty;

    /// <summary>Whether something waits for the log.</summary>
    public bool HasAnnouncements => !_output.Journal.IsEmpty;

    /// <summary>What has happened since the last call, for the log: every event but the snapshots, and of the rejections one in ten seconds.</summary>
    public bool TryTakeAnnouncement(out FeedEvent? announcement) => _output.Journal.TryTake(out announcement);

    /// <summary>What else the log is to say, with the number of the connection it is about.</summary>
    public bool TryTakeDiagnostic(out (FeedDiagnostic Diagnostic, int Connection) diagnostic) => _output.Journal.TryTake(out diagnostic);

    /// <summary>Ends the feed, if it has not ended before.</summary>
    public void EndBy(FeedEnd end)
    {
        if (End is null)
        {
            End = end;
            _output.Counters.NoteEnd(end);
            _first?.GiveUp(end);
        }
    }

    /// <summary>Done when every shard is accepted. Until then the first failure ends the feed, also one that would be tried again otherwise.</summary>
    public Task AcceptedAtFirst()
    {
        _first = new FirstConnections();
        if (End is not null)
        {
            _first.GiveUp(End);
        }

        return _first.Accepted;
    }

    /// <summary>The consumer takes snapshots only. Before the first event is taken.</summary>
    public void KeepSnapshotsOnly() => buffer.KeepSnapshotsOnly();

    private void NoteFailure(string failure, Moment now)
    {
        if (End is null)
        {
            _output.Counters.NoteFailure(failure, now);
        }
    }

    private Shard NewShard(ContractSet contracts, int? number = null) =>
        new(number ?? ++_lastNumber, contracts, new SilenceWatch(options), options.Redundancy);

    private void CountMessage(Line line, Moment now, long bytes)
    {
        Shard shard = line.Shard;
        shard.Outage.Heard(now);
        shard.Silence.Heard(now);
        _output.Counters.CountMessage(bytes, now);
        line.StalledSince = null;
    }

    private void Announce(FeedEvent announced) => _output.Announce(announced);

    private void Diagnose(FeedDiagnostic diagnostic, Shard shard) => _output.Journal.Add(diagnostic, shard);
}
