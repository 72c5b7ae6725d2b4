using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides when a line is replaced by overlap. A silent, mute or expiring line gets another beside it, and is closed when that one has taken over.
/// </summary>
internal sealed class ReplacementPolicy(
    FeedOptions options, FeedPolicy policy, ShardSet shards, LineOpenings openings, FeedOutput output, Takeover takeover)
{
    private readonly Rotation _rotation = new(policy);
    private readonly StallWatch _stalls = new(options);

    /// <summary>When a line that opens now is to be rotated; null if never.</summary>
    public DateTimeOffset? RotationDueAt(AccessToken token, Moment now) => _rotation.DueAt(token, now);

    /// <summary>Asks for replacements that are due.</summary>
    /// <param name="mustWait">Whether lines wait for the consumer. While they do, nothing is read, so silence means nothing.</param>
    /// <param name="now">The present moment.</param>
    public void Tick(bool mustWait, Moment now)
    {
        foreach (Shard shard in shards.Streamed)
        {
            FindSilent(shard, mustWait, now);
        }

        foreach (LineSlot slot in shards.Streamed.SelectMany(static shard => shard.Slots))
        {
            FindMute(slot, mustWait, now);
        }

        foreach (LineSlot slot in shards.Streamed.SelectMany(static shard => shard.Slots))
        {
            FindExpiring(slot, now);
        }
    }

    /// <summary>When <see cref="Tick"/> has something to do with a slot; null if that is not known.</summary>
    public Moment? NextDue(LineSlot slot, bool mustWait, Moment now) => Earlier(
        slot.Replacement is { } replacement ? takeover.DueAt(replacement) : null,
        Earlier(
            _rotation.IsOn && !shards.IsBeingUpdated(slot.Shard) && slot is { Replacing: null, Current.RotateAt: { } at } ? now.At(at) : null,
            _stalls.DueAt(slot, mustWait, now)));

    /// <summary>When <see cref="Tick"/> has something to do with a shard; null if that is not known.</summary>
    public Moment? NextDue(Shard shard, Moment now) => IsWatched(shard) ? shard.Silence.NextCheck(now) : null;

    /// <summary>Closes the old line of each overlap in which the new one has taken over.</summary>
    public void FinishOverlaps(Moment now)
    {
        foreach (LineSlot slot in shards.Slots)
        {
            if (slot.Replacement is { } replacement && now >= takeover.DueAt(replacement))
            {
                if (slot.Replacing == ReplacementReason.Rotation)
                {
                    _rotation.Succeeded();
                }

                slot.TakeOver();
            }
        }
    }

    /// <summary>The new line could not be opened, or ended before it took over. The line that it was replacing stays open.</summary>
    /// <param name="slot">The slot of both.</param>
    /// <param name="isEviction">Whether the service refuses another line beside the old one.</param>
    /// <param name="closesStalled">Whether to close an old line that brings nothing, so that another can be opened.</param>
    /// <param name="now">The present moment.</param>
    public void Failed(LineSlot slot, bool isEviction, bool closesStalled, Moment now)
    {
        NoteRotationFailure(slot, isEviction, now);
        if (closesStalled)
        {
            CloseStalledLineFirst(slot);
        }

        if (slot is { Replacing: ReplacementReason.Rotation, Current: { Token.ExpiresAt: { } expiry } current })
        {
            current.RotateAt = Rotation.RetryAt(expiry, now);
        }
    }

    /// <summary>The old line ended before the other took over, and perhaps before it was open.</summary>
    public void OldLineEnded(LineSlot slot, bool isEviction, Moment now) => NoteRotationFailure(slot, isEviction, now);

    private void NoteRotationFailure(LineSlot slot, bool isEviction, Moment now)
    {
        if (slot.Replacing == ReplacementReason.Rotation && isEviction && _rotation.Failed(now))
        {
            output.Log(FeedDiagnostic.RotationGivenUp, slot.Shard.Number);
        }
    }

    /// <summary>
    /// The service refuses a second line beside a silent one: it may allow only one, or the token is stale. The old line is then closed first. A reported gap is
    /// better than a dead stream.
    /// </summary>
    private static void CloseStalledLineFirst(LineSlot slot)
    {
        if (slot is { Replacing: ReplacementReason.Silence or ReplacementReason.Mute, Current: { } stalled })
        {
            stalled.CloseAsMute();
        }
    }

    private void FindSilent(Shard shard, bool mustWait, Moment now)
    {
        if (mustWait)
        {
            shard.Silence.Connected(now);
        }

        if (IsWatched(shard) && shard.Silence.Check(now) is { } silence)
        {
            output.Announce(new FeedSilent { Connection = shard.Number, Contracts = shard.Contracts, Silence = silence, ReceivedAt = now.Utc });
            shard.Slots.ForEach(slot => openings.Replace(slot, ReplacementReason.Silence, now));
        }
    }

    private void FindMute(LineSlot slot, bool mustWait, Moment now)
    {
        if (now >= _stalls.DueAt(slot, mustWait, now))
        {
            slot.Current!.StalledSince = null;
            output.Log(FeedDiagnostic.LineMute, slot.Shard.Number);
            openings.Replace(slot, ReplacementReason.Mute, now);
        }
    }

    private void FindExpiring(LineSlot slot, Moment now)
    {
        if (_rotation.IsOn && !shards.IsBeingUpdated(slot.Shard) && slot is { Replacing: null, Current: { RotateAt: { } at } current } && now.Utc >= at)
        {
            current.RotateAt = null;
            openings.Replace(slot, ReplacementReason.Rotation, now);
        }
    }

    /// <summary>While a shard is down or being replaced, silence means nothing.</summary>
    private bool IsWatched(Shard shard) => options.SilenceTimeout != Timeout.InfiniteTimeSpan && !shards.IsBeingUpdated(shard) && shard.IsSettled;

    private static Moment? Earlier(Moment? one, Moment? other) => other is null || one < other ? one : other;
}

/// <summary>Why a line is replaced by another while it lives.</summary>
internal enum ReplacementReason
{
    /// <summary>Its shard has been silent for too long.</summary>
    Silence,

    /// <summary>Another line of its shard brings messages, this one none.</summary>
    Mute,

    /// <summary>Its token is about to expire.</summary>
    Rotation,
}
