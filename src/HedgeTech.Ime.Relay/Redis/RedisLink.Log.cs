using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay.Redis;

internal sealed partial class RedisLink
{
    [LoggerMessage(2302, LogLevel.Debug, "Redis did not answer the script {Script}: {Failure}. It is sent again.")]
    private static partial void LogNoAnswer(ILogger logger, string script, string failure);

    [LoggerMessage(2303, LogLevel.Warning, "The publisher of the relay '{Name}' cannot use Redis: {Failure}. It keeps trying.")]
    private static partial void LogUnreachable(ILogger logger, string name, string failure);

    [LoggerMessage(2304, LogLevel.Warning, "Redis did not answer the publisher of the relay '{Name}' for {Silence:0.###} s. The publisher has connected again.")]
    private static partial void LogReconnected(ILogger logger, string name, double silence);

    [LoggerMessage(2305, LogLevel.Warning, "Redis refuses the script {Script} of the relay '{Name}': {Error}. It is sent again until Redis runs it.")]
    private static partial void LogRefused(ILogger logger, string name, string script, string error);
}
