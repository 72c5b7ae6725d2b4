using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Sinks;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// The synchronous heart of a feed: passes each input to the classes that decide, and carries out in order what they decide. Inputs are method calls that carry the
/// <see cref="Moment"/>; what is to be done waits as a <see cref="LineAction"/> of a <see cref="LineSlot"/>, and events wait in the buffer.
/// It has no clock, no thread and no await of its own, so that a test can drive it through any life. Not thread-safe: the feed calls it under its lock.
/// </summary>
internal sealed class FeedSupervisor
{
    private readonly FeedBuffer _buffer;
    private readonly FeedPolicy _policy;
    private readonly SinkQueue? _sinks;
    private readonly FeedOutput _output;
    private readonly FeedEnding _ending;
    private readonly ShardSet _shards;
    private readonly LineMerging _merging;
    private readonly LineOpenings _openings;
    private readonly Takeover _takeover;
    private readonly OutagePolicy _outages;
    private readonly ReplacementPolicy _replacements;
    private readonly UpdatePolicy _updates;

    public FeedSupervisor(FeedBuffer buffer, FeedOptions options, FeedPolicy policy, SinkQueue? sinks = null)
    {
        _buffer = buffer;
        _policy = policy;
        _sinks = sinks;
        _output = new FeedOutput(buffer, sinks);
        _ending = new FeedEnding(_output.Counters);
        _shards = new ShardSet(options);
        _merging = new LineMerging(_shards, _output);
        _openings = new LineOpenings(new LineStaggering(policy.KeepAliveInterval), _merging);
        _takeover = new Takeover(_shards, _merging);
        _outages = new OutagePolicy(_shards, _output, _merging, _takeover);
        _replacements = new ReplacementPolicy(options, policy, _shards, _openings, _output, _takeover);
        _updates = new UpdatePolicy(_shards, _merging, _openings, _outages, _takeover);
        FailurePolicy failures = new(options, policy, _shards, _ending, _output, _openings, _updates);
        Lines = new LineSupervisor(_ending, _output, _shards, _merging, _openings, _outages, _replacements, failures);
    }

    /// <summary>Takes the inputs that tell what happens to a line: accepted, failed, ended.</summary>
    public LineSupervisor Lines { get; }

    /// <summary>How the feed ended; null while it runs. The first end stands.</summary>
    public FeedEnd? End => _ending.End;

    /// <summary>
    /// Whether lines wait for the consumer, or for slow sinks. They do not wait for the consumer while an update changes over to new lines: the consumer may be the
    /// one that waits for the update.
    /// </summary>
    public bool MustWait => End is null && ((_buffer.MustWait && _shards.Update?.IsChangingOver != true) || _sinks is { IsFull: true });

    public FeedState State => End is null ? _shards.State : FeedState.Ended;

    public FeedStatistics Statistics => _output.Counters.ToStatistics(_buffer);

    /// <summary>Messages of all lines, including duplicates and rejected messages.</summary>
    public long Messages => _output.Counters.Messages;

    /// <summary>Messages that the arbiter remembers or holds.</summary>
    public int Remembered => _merging.Remembered;

    /// <summary>What is streamed now, without the new shards of an update.</summary>
    public IReadOnlyList<Shard> Shards => _shards.Streamed;

    /// <summary>Whether <see cref="NextDue"/> may be earlier since a message came.</summary>
    public bool IsTimerStale { get; private set; }

    /// <summary>Whether something waits for the consumer.</summary>
    public bool HasEvents => !_buffer.IsEmpty;

    /// <summary>Whether something waits for the sinks, which the consumer gets after them.</summary>
    public bool HasUnseen => _sinks is { IsEmpty: false };

    /// <summary>Whether the consumer has something to take: an event, or the end. It gets what the sinks have not seen yet before it learns of a failure.</summary>
    public bool HasNews => HasEvents || (End is { } end && (end.Failure is null || !HasUnseen));

    /// <summary>Whether something waits for the log.</summary>
    public bool HasAnnouncements => _output.HasAnnouncements;

    /// <summary>Adds a shard; the caller then starts to connect its slots.</summary>
    public Shard AddShard(ContractSet contracts)
    {
        Shard shard = _shards.Add(contracts);
        _buffer.MakeRoomFor(_shards.ContractCount);
        return shard;
    }

    /// <summary>
    /// Replaces a shard whose request line was too long; the parts inherit its history. An open outage continues in each part. A part with a new number
    /// announces it again, so that it can be resumed under that number.
    /// </summary>
    public IReadOnlyList<Shard> Split(Shard shard, IReadOnlyList<ContractSet> parts, Moment now)
    {
        shard.Slots.ForEach(_openings.End);
        IReadOnlyList<Shard> split = _shards.Split(shard, parts);
        foreach (Shard part in split.Skip(1))
        {
            if (part.Outage.Renumber(part.Number, part.Contracts, now) is { } interrupted)
            {
                _output.Announce(interrupted);
            }
        }

        return split;
    }

    /// <summary>
    /// Starts to replace shards. The caller then connects the new ones. The update is decided when all of them have taken over or one has failed for good.
    /// Only one update runs at a time.
    /// </summary>
    public ContractUpdate BeginUpdate(ContractSet contracts, IReadOnlyList<Shard> old, IReadOnlyList<ContractSet> planned)
    {
        _buffer.MakeRoomFor(_shards.Streamed.SelectMany(static shard => shard.Contracts).Union(contracts).Count());
        return _updates.Begin(contracts, old, planned);
    }

    /// <inheritdoc cref="UpdatePolicy.Abandon"/>
    public void AbandonUpdate(Exception failure) => _updates.Abandon(failure);

    /// <summary>A line brought a snapshot.</summary>
    /// <param name="line">The line.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="bytes">The length of its message.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="frame">The message, valid only during the call; empty if the feed has no sinks.</param>
    public void Received(Line line, MarketSnapshot snapshot, long bytes, Moment now, ReadOnlyMemory<byte> frame = default)
    {
        if (End is not null || line.IsOver || _shards.IsUnwanted(line, snapshot.Contract))
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
            // The line was proven before, but was silent when the other one ended.
            _outages.Resume(line.Shard, now);
        }

        if (line.OverlapConfirmedAt is null && _shards.ConfirmsOverlap(line, snapshot.Contract))
        {
            line.OverlapConfirmedAt = now;
            IsTimerStale = true;
        }

        if (line.IsArbitrated)
        {
            Merge(line, new HeldMessage(snapshot, now.Elapsed, frame), now);
        }
        else
        {
            _output.Deliver(snapshot, frame);
        }
    }

    /// <summary>A line brought a message that is not a snapshot. It proves nothing: an endpoint that greets with an error is not healthy.</summary>
    public void Rejected(Line line, FrameRejected rejected, long bytes, Moment now)
    {
        if (End is null && !line.IsOver)
        {
            CountMessage(line, now, bytes);
            _output.Reject(rejected, now);
        }
    }

    /// <inheritdoc cref="FeedEnding.EndBy"/>
    public void EndBy(FeedEnd end) => _ending.EndBy(end);

    /// <inheritdoc cref="FeedEnding.AwaitFirstConnections"/>
    public Task AcceptedAtFirst() => _ending.AwaitFirstConnections();

    /// <summary>Decides what is due. Call it at <see cref="NextDue"/>; calling it earlier is harmless.</summary>
    public void Tick(Moment now)
    {
        if (End is not null)
        {
            return;
        }

        _takeover.Note(MustWait, now);
        foreach (Shard shard in _shards.All)
        {
            _outages.Tick(shard, now);
        }

        foreach (Line line in _shards.All.SelectMany(static shard => shard.Lines).Where(line => now >= HealthyAt(line)))
        {
            Prove(line, now);
        }

        _replacements.FinishOverlaps(now);
        _updates.Tick(now);
        _replacements.Tick(MustWait, now);
        _merging.Tick(now);
    }

    /// <summary>When the next decision is due; null if none is.</summary>
    public Moment? NextDue(Moment now)
    {
        IsTimerStale = false;
        return End is null
            ? _shards.All.Select(shard => shard.Outage.Pending?.Until)
                .Concat(_shards.All.Select(shard => _replacements.NextDue(shard, now)))
                .Concat(_shards.Slots.Select(slot => _replacements.NextDue(slot, MustWait, now)))
                .Concat(_shards.All.SelectMany(static shard => shard.Lines).Select(HealthyAt))
                .Append(_updates.NextDue(now))
                .Append(_merging.NextDue)
                .Where(static due => due is not null)
                .MinBy(static due => due!.Value.Elapsed)
            : null;
    }

    /// <summary>The sinks have seen a batch, so the consumer may have it.</summary>
    /// <param name="seen">What they have seen.</param>
    /// <param name="failures">How many of their calls threw.</param>
    public void Pass(SinkBatch seen, int failures)
    {
        _output.Pass(seen);
        _output.Counters.CountSinkFailures(failures);
    }

    /// <summary>The next event for the consumer.</summary>
    public bool TryTake(out FeedEvent? taken)
    {
        _takeover.MayHaveWaited(MustWait);
        return _output.TryTake(out taken);
    }

    /// <summary>The next event for the log: every event except snapshots, and at most one rejection in ten seconds.</summary>
    public bool TryTakeAnnouncement(out FeedEvent? announcement) => _output.TryTakeAnnouncement(out announcement);

    /// <summary>The next diagnostic for the log, with the number of its connection.</summary>
    public bool TryTakeDiagnostic(out (FeedDiagnostic Diagnostic, int Connection) diagnostic) => _output.TryTakeDiagnostic(out diagnostic);

    /// <summary>The consumer takes only snapshots. Called before the first event is taken.</summary>
    public void KeepSnapshotsOnly() => _buffer.KeepSnapshotsOnly();

    private void Merge(Line line, HeldMessage brought, Moment now)
    {
        (int due, int late) = _merging.Receive(line, brought);
        if (due > 0)
        {
            _outages.BeforeDelivery(line, now);
        }

        _merging.Deliver(late, now);
        while (_merging.RemoveLagging(now) is { } lagging)
        {
            lagging.Drop();
            _output.Log(FeedDiagnostic.LineLagged, lagging.Shard.Number);
        }

        if (due + late > 0)
        {
            // The line has brought something that the others have not.
            StallWatch.MarkOthersStalled(line, now);
        }

        _outages.AfterDelivery(line, now);
    }

    private void Prove(Line line, Moment now)
    {
        Shard shard = line.Shard;
        line.Prove();
        if (!shard.IsProvisional)
        {
            _outages.Resume(shard, now);
            shard.WasProven = true;
        }

        shard.Outage.Proven();
        shard.Refusals.Clear();
        line.Slot.Proven();
    }

    private Moment? HealthyAt(Line line) => line.IsProven || line.IsOver ? null : line.OpenedAt + _policy.HealthyAfter;

    private void CountMessage(Line line, Moment now, long bytes)
    {
        line.Shard.Outage.Heard(now);
        line.Shard.Silence.Heard(now);
        _output.Counters.CountMessage(bytes, now);
        line.StalledSince = null;
    }
}
