using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>Runs one feed into its board for as long as the host lives.</summary>
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
    /// <exception cref="InvalidOperationException">There is no client to stream from.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _source = source(); // here, so that a missing client stops the start
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Stops the feed. If it was the feed that stopped the host, the host's run is to end with its exception, so that nobody takes it for success.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (whenEnded == FeedEndBehavior.StopHost)
        {
            _failure?.Throw();
        }
    }

    // Never throws: what is to become of the host is decided here, feed by feed, and not by the host's own setting.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Exception failure;
        try
        {
            await board.RunAsync(_source!, stoppingToken).ConfigureAwait(false);
            failure = new InvalidOperationException($"The feed of {board.Contracts} ended though nobody asked it to: its client was disposed, or its source has no more.");
        }
        catch (Exception exception)
        {
            failure = exception;
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
