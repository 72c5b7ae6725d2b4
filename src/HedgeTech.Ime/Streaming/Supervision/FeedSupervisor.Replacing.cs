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
        Lane lane = old.Lane;
        if (End is not null || old.IsOver || old.IsRetiring || lane.Current != old || lane.Replacing is null || lane.Shard.IsRetired)
        {
            return false;
        }

        OpeningBegins(lane);
        return true;
    }

    /// <summary>It could not be opened; the old line stays.</summary>
    public void ReplacementFailed(Line old, Exception? failure, Moment now)
    {
        Lane lane = old.Lane;
        OpeningEnds(lane);
        if (lane.Replacing is not null)
        {
            if (failure is not null)
            {
                NoteFailure(failure.Message, now);
            }

            bool isRivalry = failure is HandshakeException handshake && RefusalPolicy.IsRefusalOfAnother(handshake.Status);
            RotationFailed(lane, isRivalry, now);
            MakeRoom(lane, isRivalry);
            RetryRotation(lane, now);
            if (failure is ImeException { IsTransient: false })
            {
                // No login will succeed, and an account is not to be hammered; the line stays for as long as the service lets it.
                old.RotateAt = null;
            }

            lane.Replacing = null;
            PassArbiterBy();
        }
    }

    /// <summary>It was accepted.</summary>
    public Line ReplacementOpened(Line old, AccessToken token, Moment now)
    {
        Lane lane = old.Lane;
        Line line = Open(lane, token, now);
        lane.Fresh = line;
        return line;
    }

    /// <summary>Whether a message of this contract shows that the line carries what it is to take over.</summary>
    private bool Shows(Line line, ContractKey contract) => !line.Shard.IsTrial || _update is null || _update.Shows(line.Shard, contract);

    private Moment TakeoverDueAt(Line line) => _takeover.DueAt(line, () => PredecessorsOf(line).All(old => _arbiter.CarriesOn(line, old)));

    private IEnumerable<Line> PredecessorsOf(Line line) => line.Lane.Fresh == line
        ? line.Lane.Current is { } current ? [current] : []
        : _update is { } update ? update.Old.SelectMany(static shard => shard.Lines).Where(old => old.Shard.Contracts.Any(line.Shard.Contracts.Contains)) : [];

    private void FinishOverlaps(Moment now)
    {
        foreach (Shard shard in AllShards())
        {
            foreach (Lane lane in shard.Lanes)
            {
                if (lane is { Current: { } old, Fresh: { } fresh } && now >= TakeoverDueAt(fresh))
                {
                    if (lane.Replacing == ReplacementReason.Rotation)
                    {
                        _rotation.Succeeded();
                    }

                    (lane.Current, lane.Fresh, lane.Replacing) = (fresh, null, null);
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
            shard.Lanes.ForEach(static lane => AskForReplacement(lane, ReplacementReason.Silence));
        }
    }

    /// <summary>Of a shard that is down, or being replaced, silence says nothing.</summary>
    private bool IsWatched(Shard shard) =>
        options.SilenceTimeout != Timeout.InfiniteTimeSpan
        && !IsBeingUpdated(shard)
        && shard.Lanes.TrueForAll(static lane => lane.Replacing is null)
        && shard.Lanes.Exists(static lane => lane.Current is not null);

    /// <summary>A line has brought what the others of its shard have not. Had they, it would say nothing: the last message of a day leaves none behind.</summary>
    private static void HasLed(Line leading, Moment now)
    {
        foreach (Line other in leading.Shard.Lines)
        {
            if (other != leading)
            {
                other.BehindSince ??= now;
            }
        }
    }

    private void FindMute(Moment now)
    {
        foreach (Shard shard in _shards)
        {
            foreach (Lane lane in shard.Lanes)
            {
                if (now >= WhenMute(lane, now))
                {
                    lane.Current!.BehindSince = null;
                    Notice(FeedNotice.LineMute, shard);
                    AskForReplacement(lane, ReplacementReason.Mute);
                }
            }
        }
    }

    /// <summary>When the lane's line is taken for mute, unless it brings something; null while nothing points that way, or it is not to be acted on.</summary>
    private Moment? WhenMute(Lane lane, Moment now) =>
        lane is { Replacing: null, Current.BehindSince: { } since, Shard.Lanes.Count: > 1 }
        && options.SilenceTimeout != Timeout.InfiniteTimeSpan
        && !MustWait
        && options.TradingHours?.IsOpen(now.Utc) is not false
            ? since + options.SilenceTimeout
            : null;

    private void FindExpiring(Moment now)
    {
        foreach (Shard shard in _shards)
        {
            foreach (Lane lane in shard.Lanes)
            {
                if (_rotation.IsOn && !IsBeingUpdated(shard) && lane is { Replacing: null, Current: { RotateAt: { } at } current } && now.Utc >= at)
                {
                    current.RotateAt = null;
                    AskForReplacement(lane, ReplacementReason.Rotation);
                }
            }
        }
    }

    private static void AskForReplacement(Lane lane, ReplacementReason reason)
    {
        if (lane is { Replacing: null, Current: { IsOver: false } current })
        {
            lane.Replacing = reason;
            current.AskForReplacement();
        }
    }

    private void RotationFailed(Lane lane, bool isRivalry, Moment now)
    {
        if (lane.Replacing == ReplacementReason.Rotation && isRivalry && _rotation.Failed(now))
        {
            Notice(FeedNotice.RotationGivenUp, lane.Shard);
        }
    }

    /// <summary>
    /// The service gives a line that says nothing no other beside it: it may bear one only, or its token is stale. Then the old one is closed first. A
    /// gap that is told is better than a stream that is dead.
    /// </summary>
    private static void MakeRoom(Lane lane, bool isRivalry)
    {
        if (isRivalry && lane is { Replacing: ReplacementReason.Silence or ReplacementReason.Mute, Current: { } mute })
        {
            mute.IsGivenUpAsMute = true;
            mute.Retire();
        }
    }

    private static void RetryRotation(Lane lane, Moment now)
    {
        if (lane is { Replacing: ReplacementReason.Rotation, Current: { Token.ExpiresAt: { } expiry } current })
        {
            current.RotateAt = Rotation.RetryAt(expiry, now);
        }
    }
}
