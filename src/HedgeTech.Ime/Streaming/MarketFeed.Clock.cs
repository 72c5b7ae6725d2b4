using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime;

/// <content>One timer, set to the moment at which the supervisor has something to decide; and the news that the network has changed.</content>
public sealed partial class MarketFeed
{
    /// <summary>A timer takes no more than some weeks.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan HurriesAtMostEvery = TimeSpan.FromSeconds(1);

    private ITimer? _timer;
    private Moment? _timerDue;
    private Moment? _hurriedAt;

    /// <summary>Under the lock.</summary>
    private void StartClock()
    {
        _timer = _environment.TimeProvider.CreateTimer(static feed => ((MarketFeed)feed!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        SetTimer();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerDue = null;
        }

        try
        {
            Report(supervisor => supervisor.Tick(Now));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // On a timer's thread it would end the process; a logger that throws is enough.
            Fail(failure);
        }
    }

    /// <summary>Under the lock.</summary>
    private void SetTimer()
    {
        if (_isStopping || _timer is null)
        {
            return;
        }

        Moment now = Now;
        Moment? due = _supervisor!.NextDue(now);
        if (due != _timerDue)
        {
            _timerDue = due;
            TimeSpan wait = due is { } at ? at - now : Timeout.InfiniteTimeSpan;
            if (due is not null)
            {
                // The timer may fire a moment before the clock shows its time: never at once again.
                wait = wait > LongestWait ? LongestWait : wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1);
            }

            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void ListenToNetwork()
    {
        _environment.Network.Failed += Fail;
        _environment.Network.Changed += HurryUp;
    }

    private void LeaveNetwork()
    {
        _environment.Network.Changed -= HurryUp;
        _environment.Network.Failed -= Fail;
    }

    /// <summary>The machine's network has changed: whoever waits between two attempts tries at once. News of that kind come in flurries.</summary>
    private void HurryUp()
    {
        LaneRunner[] runners;
        lock (_gate)
        {
            Moment now = Now;
            if (_isStopping || now - _hurriedAt < HurriesAtMostEvery)
            {
                return;
            }

            _hurriedAt = now;
            runners = [.. _runners.Keys];
        }

        Array.ForEach(runners, static runner => runner.Hurry());
    }
}
