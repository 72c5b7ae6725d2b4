using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

/// <content>Virtual time, and in some lives a time of day that is set now and then.</content>
internal sealed partial class FeedLife
{
    private readonly Dictionary<DateTimeOffset, DateTimeOffset> _trueTimes = [];
    private TimeSpan _isSetBy;
    private int _settings;

    /// <summary>The present, as the client's clocks show it.</summary>
    public Moment Moment
    {
        get
        {
            Moment moment = Moments.Of(Now).Set(_isSetBy);
            _trueTimes[moment.Utc] = Now;
            return moment;
        }
    }

    /// <summary>Somebody sets the time of day. No two settings differ by whole milliseconds, so that a time tells when it was.</summary>
    private void SetClock()
    {
        if (_tokenSeconds == 0)
        {
            _isSetBy = TimeSpan.FromSeconds(Random.Next(-7200, 7200)) + TimeSpan.FromTicks(++_settings);
            Note($"the clock is set by {_isSetBy}");
        }
    }

    private void Advance(TimeSpan time)
    {
        DateTimeOffset until = Now + time;
        do
        {
            bool isWatched = _hold is not null;
            DateTimeOffset look = Now + FeedLifeHold.LookEvery;
            AdvanceTo(isWatched && look < until ? look : until, stopsAtHold: !isWatched);
            if (isWatched)
            {
                WatchHold();
            }
        }
        while (Now < until && Heart.End is null);
    }

    private void AdvanceTo(DateTimeOffset until, bool stopsAtHold)
    {
        while (Heart.End is null && NextDue() is { } due && due <= until)
        {
            Now = due > Now ? due : Now.AddMilliseconds(1);
            Report().Tick(Moment);
            FeedLifeConsumer.Require(Heart.NextDue(Moment) is not { } next || next > Moment, "what was due is not due again at once");
            Work();
            if (stopsAtHold && _hold is not null)
            {
                return;
            }
        }

        Now = until > Now ? until : Now;
        CheckClock();
        Work();
    }

    /// <summary>What the timer is set to: it is looked at only when the shell does so.</summary>
    private DateTimeOffset? NextDue()
    {
        if (_hasReported || Heart.IsTimerStale)
        {
            _due = Heart.NextDue(Moment) is { } due ? DateTimeOffset.UnixEpoch + due.Elapsed : null;
            _hasReported = false;
        }

        return _due;
    }

    /// <summary>Nothing waits for the time that the timer is not set to.</summary>
    private void CheckClock()
    {
        TakeLog();
        if (Heart.End is null && (NextDue() is not { } due || due > Now))
        {
            string before = Picture();
            Heart.Tick(Moment);
            string after = Picture();
            FeedLifeConsumer.Require(before == after, $"the timer, set to {_due:mm:ss.fff}, is not late at {Now:mm:ss.fff}: {before}, and then {after}");
        }
    }

    private string Picture()
    {
        Line[] lines = [.. Heart.Shards.Concat(_update?.New ?? []).SelectMany(static shard => shard.Lines)];
        return $"{Heart.State} {Heart.Statistics.Received} {Heart.HasAnnouncements} {_update?.Decided.IsCompleted} " + string.Join(
            ' ',
            lines.Select(static line => $"{line.IsProven}{line.State}{line.IsBeingReplaced}{line.Shard.Outage.Pending is null}"));
    }
}
