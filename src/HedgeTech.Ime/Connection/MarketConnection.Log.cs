using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

internal sealed partial class MarketConnection
{
    [LoggerMessage(1110, LogLevel.Debug, "Closing the connection to the server failed.")]
    private static partial void LogNoGoodbye(ILogger logger, Exception failure);
}
