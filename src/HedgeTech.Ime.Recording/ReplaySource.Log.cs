using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording;

public sealed partial class ReplaySource
{
    [LoggerMessage(2230, LogLevel.Warning, "The recording is damaged in {Segment} at byte {Offset}, for {Length} bytes: {Reason}")]
    private static partial void LogDamage(ILogger logger, string segment, long offset, long length, string reason);
}
