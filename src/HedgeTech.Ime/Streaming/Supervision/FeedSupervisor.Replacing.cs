using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Replacing a line by overlap: the old one is closed when the new one carries.</content>
internal sealed partial class FeedSupervisor
{

    private readonly Rotation _rotation = new(policy);
    private readonly Takeover _takeover = new();

    /// <summary>The line that was asked to be replaced is being replaced: another begins to open beside it.</summary>
    public bool ReplacementStarted(Line old)
    {
        old.ReplacementBegins();
        LineSlot slot = old.Slot;
        if (End is not null || old.IsOver || old.IsRetiring || slot.Current != old || slot.Replacing is null || slot.Shard.IsRetired)
        {
            return false;
        }

        OpeningBegins(slot);
        return true;
    }

    /// <summary>It could not be opened; the old line stays.</summary>
    public void ReplacementFailed(Line old, Exception? failure, Moment now)
    {
        LineSlot slot = old.Slot;
        OpeningEnds(slot);
        if (slot.Replacing is not null)
        {
            if (failure is not null)
            {
                NoteFailure(failure.Message, now);
            }

            bool isEviction = failure is HandshakeException handshake && RefusalPolicy.IsRefusalOfAnother(handshake.Status);
            RotationFailed(slot, isEviction, now);
            CloseStalledLineFirst(slot, isEviction);
            RetryRotation(slot, now);
            if (failure is ImeException { IsTransient: false })
            {
                // No login will succeed, and an account is not to be hammered; the line stays for as long as the service lets it.
                old.RotateAt = null;
            }

            slot.Replacing = null;
            PassArbiterBy();
        }
    }

    /// <summary>It was accepted.</summary>
    public Line ReplacementOpened(Line old, AccessToken token, Moment now)
    {
        LineSlot slot = old.Slot;
        Line line = Open(slot, token, now);
        slot.Replacement = line;
        return line;
    }

    /// <summary>Whether a message of this contract shows that the line carries what it is to take over.</summary>
    private bool Shows(Line line, ContractKey contract) => !line.Shard.IsProvisional || _update is null || _update.Shows(line.Shard, contract);

    private Moment TakeoverDueAt(Line line) => _takeover.DueAt(line, () => PredecessorsOf(line).All(old => _arbiter.CarriesOn(line, old)));

    private IEnumerable<Line> PredecessorsOf(Line line) => line.Slot.Replacement == line
        ? line.Slot.Current is { } current ? [current] : []
        : _update is { } update ? update.Old.SelectMany(static shard => shard.Lines).Where(old => old.Shard.Contracts.Any(line.Shard.Contracts.Contains)) : [];

    private void FinishOverlaps(Moment now)
    {
        foreach (Shard shard in AllShards())
        {
            foreach (LineSlot slot in shard.Slots)
            {
                if (slot is { Current: { } old, Replacement: { } fresh } && now >= TakeoverDueAt(fresh))
                {
                    if (slot.Replacing == ReplacementReason.Rotation)
                    {
                        _rotation.Succeeded();
                    }

                    (slot.Current, slot.Replacement, slot.Replacing) = (fresh, null, null);
                    old.Retire();
                }
            }
        }
    }

    /// <summary>The shards that have been silent for too long: announced, and their lines replaced.</summary>
    private void FindSilent(Moment now)
    {
        foreach (Shard shard in _shards)
        {
            if (MustWait)
            {
                // Nothing is read while the consumer is waited for, so nothing can be heard.
                shard.Silence.Connected(now);
            }

            if (!IsWatched(shard) || shard.Silence.Check(now) is not { } silence)
            {
                continue;
            }

            Announce(new FeedSilent { Connection = shard.Number, Contracts = shard.Contracts, Silence = silence, ReceivedAt = now.Utc });
            shard.Slots.ForEach(static slot => AskForReplacement(slot, ReplacementReason.Silence));
        }
    }

    /// <summary>Of a shard that is down, or being replaced, silence says nothing.</summary>
    private bool IsWatched(Shard shard) =>
        options.SilenceTimeout != Timeout.InfiniteTimeSpan
        && !IsBeingUpdated(shard)
        && shard.Slots.TrueForAll(static slot => slot.Replacing is null)
        && shard.Slots.Exists(static slot => slot.Current is not null);

    /// <summary>A line has brought what the others of its shard have not. Had they, it would say nothing: the last message of a day leaves none behind.</summary>
    private static void MarkOthersStalled(Line leading, Moment now)
    {
        foreach (Line other in leading.Shard.Lines)
        {
            if (other != leading)
            {
                other.StalledSince ??= now;
            }
        }
    }

    private void FindMute(Moment now)
    {
        foreach (Shard shard in _shards)
        {
            foreach (LineSlot slot in shard.Slots)
            {
                if (now >= WhenMute(slot, now))
                {
                    slot.Current!.StalledSince = null;
                    Diagnose(FeedDiagnostic.LineMute, shard);
                    AskForReplacement(slot, ReplacementReason.Mute);
                }
            }
        }
    }

    /// <summary>When the slot's line is taken for mute, unless it brings something; null while nothing points that way, or it is not to be acted on.</summary>
    private Moment? WhenMute(LineSlot slot, Moment now) =>
        slot is { Replacing: null, Current.StalledSince: { } since, Shard.Slots.Count: > 1 }
        && options.SilenceTimeout != Timeout.InfiniteTimeSpan
        && !MustWait
        && options.TradingHours?.IsOpen(now.Utc) is not false
            ? since + options.SilenceTimeout
            : null;

    private void FindExpiring(Moment now)
    {
        foreach (Shard shard in _shards)
        {
            foreach (LineSlot slot in shard.Slots)
            {
                if (_rotation.IsOn && !IsBeingUpdated(shard) && slot is { Replacing: null, Current: { RotateAt: { } at } current } && now.Utc >= at)
                {
                    current.RotateAt = null;
                    AskForReplacement(slot, ReplacementReason.Rotation);
                }
            }
        }
    }

    private static void AskForReplacement(LineSlot slot, ReplacementReason reason)
    {
        if (slot is { Replacing: null, Current: { IsOver: false } current })
        {
            slot.Replacing = reason;
            current.AskForReplacement();
        }
    }

    private void RotationFailed(LineSlot slot, bool isEviction, Moment now)
    {
        if (slot.Replacing == ReplacementReason.Rotation && isEviction && _rotation.Failed(now))
        {
            Diagnose(FeedDiagnostic.RotationGivenUp, slot.Shard);
        }
    }

    /// <summary>
    /// The service gives a line that says nothing no other beside it: it may bear one only, or its token is stale. Then the old one is closed first. A
    /// gap that is told is better than a stream that is dead.
    /// </summary>
    private static void CloseStalledLineFirst(LineSlot slot, bool isEviction)
    {
        if (isEviction && slot is { Replacing: ReplacementReason.Silence or ReplacementReason.Mute, Current: { } mute })
        {
            mute.IsGivenUpAsMute = true;
            mute.Retire();
        }
    }

    private static void RetryRotation(LineSlot slot, Moment now)
    {
        if (slot is { Replacing: ReplacementReason.Rotation, Current: { Token.ExpiresAt: { } expiry } current })
        {
            current.RotateAt = Rotation.RetryAt(expiry, now);
        }
    }
}
