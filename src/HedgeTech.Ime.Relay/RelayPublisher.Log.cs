using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay;

public sealed partial class RelayPublisher
{
    [LoggerMessage(2300, LogLevel.Information, "This publisher leads the relay '{Name}'.")]
    private static partial void LogLeading(ILogger logger, string name);

    [LoggerMessage(2301, LogLevel.Warning, "This publisher no longer leads the relay '{Name}' and stands by.")]
    private static partial void LogStandby(ILogger logger, string name);
}
