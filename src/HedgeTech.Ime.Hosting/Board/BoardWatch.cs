using HedgeTech.Ime.Market;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>Calls a callback on the thread pool for each change, one call at a time, until it is disposed or the feed ends.</summary>
internal sealed partial class BoardWatch : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly BoardFeed _feed;
    private readonly BoardConsumers _consumers;
    private readonly ILogger _logger;

    public BoardWatch(Action<MarketSnapshot> callback, BoardFeed feed, BoardConsumers consumers, ILogger logger)
    {
        _feed = feed;
        _consumers = consumers;
        _logger = logger;
        _ = Task.Run(() => CallAsync(callback, _stopping.Token));
    }

    // Cancelled but not disposed: the source has no timer or wait handle to free, and the callback loop may still read its token.
    public void Dispose() => _stopping.Cancel();

    private async Task CallAsync(Action<MarketSnapshot> callback, CancellationToken stopping)
    {
        try
        {
            await foreach (MarketSnapshot snapshot in _consumers.FollowAsync(contracts: null, stopping).ConfigureAwait(false))
            {
                try
                {
                    callback(snapshot);
                }
                catch (Exception failure)
                {
                    LogCallbackFailed(_logger, failure, PlainText.Of(snapshot.Contract.ToString()));
                }
            }
        }
        catch (Exception failure) when (stopping.IsCancellationRequested || failure == _feed.Failure)
        {
            // The watch is disposed, or the feed failed, which its RunAsync reports.
        }
    }
}
