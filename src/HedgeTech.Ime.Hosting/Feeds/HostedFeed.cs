using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>Runs one feed into its board while the host runs.</summary>
internal sealed partial class HostedFeed(
    Func<IMarketDataSource> source,
    MarketBoard board,
    FeedEndBehavior whenEnded,
    IHostApplicationLifetime lifetime,
    ILogger<HostedFeed> logger) : BackgroundService
{
    private volatile ExceptionDispatchInfo? _failure;
    private IMarketDataSource? _source;

    /// <summary>Starts the feed.</summary>
    /// <exception cref="InvalidOperationException">No client to stream from is registered.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _source = source(); // resolved here, so that a missing client prevents the start
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Stops the feed. If the feed has stopped the host, this throws its exception, so that the run of the host does not look like a success.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (whenEnded == FeedEndBehavior.StopHost)
        {
            _failure?.Throw();
        }
    }

    // Never throws: the options of each feed decide here what happens to the host, not the host's own setting.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Exception failure;
        try
        {
            await board.RunAsync(_source!, stoppingToken).ConfigureAwait(false);
            failure = new InvalidOperationException($"The feed of {board.Contracts} ended unexpectedly: its client was disposed, or its source has no more events.");
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (_source is OpenedFeed opened)
        {
            await opened.DisposeAsync().ConfigureAwait(false);
        }

        if (stoppingToken.IsCancellationRequested)
        {
            if (failure is not OperationCanceledException)
            {
                LogEndedWhileStopping(logger, failure, board.Contracts);
            }

            return;
        }

        _failure = ExceptionDispatchInfo.Capture(failure);
        LogEnded(logger, failure, board.Contracts, whenEnded);
        if (whenEnded == FeedEndBehavior.StopHost)
        {
            lifetime.StopApplication();
        }
    }
}
