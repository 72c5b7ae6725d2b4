using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay;

public sealed partial class RelaySource
{
    [LoggerMessage(2310, LogLevel.Warning, "The relay '{Name}' is interrupted: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string name, string reason);

    [LoggerMessage(2311, LogLevel.Information, "The relay '{Name}' has resumed after {Gap:0.###} s.")]
    private static partial void LogResumed(ILogger logger, string name, double gap);

    [LoggerMessage(2312, LogLevel.Warning, "A reader of the relay '{Name}' cannot use Redis: {Failure}. It keeps trying.")]
    private static partial void LogUnreachable(ILogger logger, string name, string failure);

    [LoggerMessage(2313, LogLevel.Warning, "Nothing has been published to the relay '{Name}' on this Redis yet. The reader waits for a publisher with this name.")]
    private static partial void LogEmpty(ILogger logger, string name);

    [LoggerMessage(2314, LogLevel.Warning, "No messages arrive for {Contracts}, because the relay '{Name}' only has {Relayed}.")]
    private static partial void LogLacks(ILogger logger, string contracts, string name, string relayed);
}
