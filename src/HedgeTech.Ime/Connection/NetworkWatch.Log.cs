using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

internal sealed partial class NetworkWatch
{
    [LoggerMessage(1120, LogLevel.Debug, "The operating system does not report network changes.")]
    private static partial void LogDeaf(ILogger logger, Exception failure);
}
