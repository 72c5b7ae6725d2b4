using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

internal sealed partial class MarketConnection
{
    [LoggerMessage(1110, LogLevel.Debug, "The server could not be told that the connection ends.")]
    private static partial void LogNoGoodbye(ILogger logger, Exception failure);
}
