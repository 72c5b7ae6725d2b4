using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

internal sealed partial class MarketConnector
{
    [LoggerMessage(1100, LogLevel.Debug, "Connected to {Place} for {Count} contracts.")]
    private static partial void LogOpened(ILogger logger, string place, int count);

    [LoggerMessage(1101, LogLevel.Debug, "The connection to {Place} for {Count} contracts failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string place, int count, string reason);
}
