using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording;

public sealed partial class MarketRecorder
{
    [LoggerMessage(2210, LogLevel.Warning, "Writing to the recording takes longer than {Timeout:0.###} s. The stream continues without waiting until the disk has caught up.")]
    private static partial void LogSlow(ILogger logger, double timeout);

    [LoggerMessage(2211, LogLevel.Information, "The disk has caught up. The stream waits for the recording again.")]
    private static partial void LogCaughtUp(ILogger logger);

    [LoggerMessage(2212, LogLevel.Warning, "The last recorder of '{Folder}' left {Bytes} bytes of an incomplete record behind. They are in a .torn file now.")]
    private static partial void LogTorn(ILogger logger, string folder, long bytes);
}
