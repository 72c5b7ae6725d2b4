using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming;

namespace HedgeTech.Ime;

/// <content>Looks for silent lines, and has them replaced by overlap.</content>
public sealed partial class MarketFeed
{
    private ITimer? _silenceTimer;

    /// <summary>A line is to be opened beside this one.</summary>
    internal void OnReplacementStarted(Line old) => Report(_ => FeedSupervisor.ReplacementStarted(old));

    internal LineSession OnReplacementOpened(Line old, AccessToken token, MarketConnection connection) =>
        SessionOf(Report(supervisor => supervisor.ReplacementOpened(old, token, Now)), connection);

    internal void OnReplacementFailed(Line old, Exception? failure)
    {
        if (failure is not null)
        {
            LogReplacementFailed(_environment.Logger, old.Shard.Number, failure.Message);
        }

        Report(supervisor => supervisor.ReplacementFailed(old, Now));
    }

    internal void Retire(Line old) => Report(supervisor => supervisor.Retire(old, Now));

    private void WatchSilence()
    {
        if (_options.SilenceTimeout != Timeout.InfiniteTimeSpan)
        {
            _silenceTimer = _environment.TimeProvider.CreateTimer(static feed => ((MarketFeed)feed!).LookForSilence(), this, _options.SilenceTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void LookForSilence()
    {
        foreach (Line silent in Report(supervisor => supervisor.FindSilent(Now)))
        {
            silent.RequestReplacement();
        }

        lock (_gate)
        {
            if (!_isStopping)
            {
                DateTimeOffset now = Now;
                TimeSpan wait = _supervisor!.NextSilenceCheck(now) - now;
                _silenceTimer!.Change(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }
}
