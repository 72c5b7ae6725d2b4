using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Feeds;

internal sealed partial class HostedFeed
{
    [LoggerMessage(2110, LogLevel.Critical, "The feed of {Contracts} has ended and does not restart. Behavior of the host: {WhenEnded}.")]
    private static partial void LogEnded(ILogger logger, Exception failure, ContractSet contracts, FeedEndBehavior whenEnded);

    [LoggerMessage(2111, LogLevel.Information, "The feed of {Contracts} failed while it was being stopped.")]
    private static partial void LogEndedWhileStopping(ILogger logger, Exception failure, ContractSet contracts);
}
