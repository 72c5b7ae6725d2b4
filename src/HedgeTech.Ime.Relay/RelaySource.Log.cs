using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay;

public sealed partial class RelaySource
{
    [LoggerMessage(2310, LogLevel.Warning, "The relay '{Name}' is interrupted: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string name, string reason);

    [LoggerMessage(2311, LogLevel.Information, "The relay '{Name}' has resumed after {Gap}.")]
    private static partial void LogResumed(ILogger logger, string name, TimeSpan gap);

    [LoggerMessage(2312, LogLevel.Warning, "A reader of the relay '{Name}' cannot use Redis: {Failure}. It keeps trying.")]
    private static partial void LogUnreachable(ILogger logger, string name, string failure);

    [LoggerMessage(2313, LogLevel.Warning, "Nothing has been published to the relay '{Name}' on this Redis yet. The reader waits for a publisher with this name.")]
    private static partial void LogEmpty(ILogger logger, string name);

    [LoggerMessage(2314, LogLevel.Warning, "The relay '{Name}' does not have {Contracts}, so no messages arrive for them. It has {Relayed}.")]
    private static partial void LogLacks(ILogger logger, string name, string contracts, string relayed);
}
