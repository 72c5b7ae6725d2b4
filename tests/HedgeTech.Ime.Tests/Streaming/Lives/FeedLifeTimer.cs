using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>Advances virtual time in a life of a feed. It asks the supervisor for due work only when the shell would.</summary>
internal sealed class FeedLifeTimer(FeedLife life)
{
    private DateTimeOffset? _due;
    private bool _hasReported = true;

    /// <summary>Notes an input after which the shell sets its timer. That is every input except a message.</summary>
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
            FeedLifeConsumer.Require(life.Heart.NextDue(life.Clock.Moment) is not { } next || next > life.Clock.Moment, "completed work is not due again immediately");
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

    /// <summary>The time to which the timer is set. It only changes when the shell sets the timer.</summary>
    private DateTimeOffset? NextDue()
    {
        if (_hasReported || life.Heart.IsTimerStale)
        {
            _due = life.Heart.NextDue(life.Clock.Moment) is { } due ? DateTimeOffset.UnixEpoch + due.Elapsed : null;
            _hasReported = false;
        }

        return _due;
    }

    /// <summary>Checks that no work is due before the time of the timer.</summary>
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
