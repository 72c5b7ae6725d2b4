using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>Lets virtual time pass in a life of a feed. The supervisor is asked what is due when the shell would ask it, and not between.</summary>
internal sealed class FeedLifeTimer(FeedLife life)
{
    private DateTimeOffset? _due;
    private bool _hasReported = true;

    /// <summary>The supervisor is about to be told something after which the shell sets its timer: anything but a message.</summary>
    public void Reported() => _hasReported = true;

    public void Advance(TimeSpan time)
    {
        DateTimeOffset until = life.Clock.Now + time;
        do
        {
            bool isWatched = life.Holds.IsHeld;
            DateTimeOffset look = life.Clock.Now + FeedLifeHolds.LookEvery;
            AdvanceTo(isWatched && look < until ? look : until, stopsAtHold: !isWatched);
            if (isWatched)
            {
                life.Holds.Watch();
            }
        }
        while (life.Clock.Now < until && life.Heart.End is null);
    }

    private void AdvanceTo(DateTimeOffset until, bool stopsAtHold)
    {
        while (life.Heart.End is null && NextDue() is { } due && due <= until)
        {
            life.Clock.MoveTo(due > life.Clock.Now ? due : life.Clock.Now.AddMilliseconds(1));
            life.Report().Tick(life.Clock.Moment);
            FeedLifeConsumer.Require(life.Heart.NextDue(life.Clock.Moment) is not { } next || next > life.Clock.Moment, "what was due is not due again at once");
            life.Work();
            if (stopsAtHold && life.Holds.IsHeld)
            {
                return;
            }
        }

        life.Clock.MoveTo(until > life.Clock.Now ? until : life.Clock.Now);
        CheckClock();
        life.Work();
    }

    /// <summary>What the timer is set to: it is looked at only when the shell does so.</summary>
    private DateTimeOffset? NextDue()
    {
        if (_hasReported || life.Heart.IsTimerStale)
        {
            _due = life.Heart.NextDue(life.Clock.Moment) is { } due ? DateTimeOffset.UnixEpoch + due.Elapsed : null;
            _hasReported = false;
        }

        return _due;
    }

    /// <summary>Nothing waits for a time that the timer is not set to.</summary>
    private void CheckClock()
    {
        life.Record.AddLog(life.Heart);
        if (life.Heart.End is null && (NextDue() is not { } due || due > life.Clock.Now))
        {
            string before = Picture();
            life.Heart.Tick(life.Clock.Moment);
            string after = Picture();
            FeedLifeConsumer.Require(before == after, $"the timer, set to {_due:mm:ss.fff}, is not late at {life.Clock.Now:mm:ss.fff}: {before}, and then {after}");
        }
    }

    private string Picture()
    {
        Line[] lines = [.. life.Heart.Shards.Concat(life.Updates.New).SelectMany(static shard => shard.Lines)];
        return $"{life.Heart.State} {life.Heart.Statistics.Received} {life.Heart.HasAnnouncements} {life.Updates.IsDecided} " + string.Join(
            ' ',
            lines.Select(static line => $"{line.IsProven}{line.State}{line.IsBeingReplaced}{line.Shard.Outage.Pending is null}"));
    }
}
