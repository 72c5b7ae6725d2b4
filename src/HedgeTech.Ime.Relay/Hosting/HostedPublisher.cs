using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay.Hosting;

/// <summary>Runs a publisher while the host runs. If the publisher cannot go on, the host stops, so that whoever watches over it starts it again or is told.</summary>
internal sealed partial class HostedPublisher(Func<RelayPublisher> create, IHostApplicationLifetime lifetime, ILogger<HostedPublisher> logger) : BackgroundService
{
    private volatile ExceptionDispatchInfo? _failure;
    private RelayPublisher? _publisher;

    /// <summary>Starts the publisher.</summary>
    /// <exception cref="InvalidOperationException">No client to publish from is registered.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _publisher = create(); // made here, so that a missing client or a wrong option prevents the start
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Stops the publisher, and throws what ended it, if it has stopped the host, so that the run of the host does not look like a success.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        _failure?.Throw();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _publisher!.RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            LogEnded(logger, exception, _publisher!.RelayName);
            lifetime.StopApplication();
        }
        catch (Exception exception)
        {
            LogEndedWhileStopping(logger, exception, _publisher!.RelayName);
        }
    }
}
