using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay;

public sealed partial class RelayPublisher
{
    [LoggerMessage(2300, LogLevel.Information, "This publisher leads the relay '{Name}'.")]
    private static partial void LogLeading(ILogger logger, string name);

    [LoggerMessage(2301, LogLevel.Warning, "This publisher no longer leads the relay '{Name}' and stands by.")]
    private static partial void LogStandby(ILogger logger, string name);

    [LoggerMessage(2302, LogLevel.Debug, "Redis did not answer the script {Script}: {Failure}. It is sent again.")]
    private static partial void LogNoAnswer(ILogger logger, string script, string failure);
}
