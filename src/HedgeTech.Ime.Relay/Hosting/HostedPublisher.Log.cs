using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay.Hosting;

internal sealed partial class HostedPublisher
{
    [LoggerMessage(2320, LogLevel.Critical, "The publisher of the relay '{Name}' has ended and does not restart. The host stops.")]
    private static partial void LogEnded(ILogger logger, Exception failure, string name);

    [LoggerMessage(2321, LogLevel.Information, "The publisher of the relay '{Name}' failed while it was being stopped.")]
    private static partial void LogEndedWhileStopping(ILogger logger, Exception failure, string name);
}
