using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime;

/// <content>How it ends.</content>
public sealed partial class MarketFeed
{
    /// <summary>Ends the feed by a failure that nothing foresaw, rather than silently.</summary>
    internal void Fail(Exception failure) => End(new FeedEnd(failure));

    /// <summary>Ends the feed; the first end stands. Returns at once, the connections are closed in the background.</summary>
    internal void End(FeedEnd end)
    {
        bool wake;
        lock (_gate)
        {
            _supervisor?.EndBy(end);
            _supervisor?.AbandonUpdate(EndedException());
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            wake = _supervisor is not null && StopWaiting();
        }

        if (wake)
        {
            _consumer!.Wake();
        }

        _ = StopAsync();
    }

    private async Task StopAsync()
    {
        try
        {
            LeaveNetwork();
            await _stopping.CancelAsync().ConfigureAwait(false);
            TaskCompletionSource? space = _space;
            space?.TrySetResult();

            // No runner is added any more, and a runner never throws.
            await Task.WhenAll(_runners.Values).ConfigureAwait(false);
        }
        finally
        {
            if (_timer is not null)
            {
                await _timer.DisposeAsync().ConfigureAwait(false);
            }

            Meter.End(ReadMeter);
            _stopping.Dispose();
            _openFeeds.Remove(this);
            _stopped.TrySetResult();
        }
    }
}
