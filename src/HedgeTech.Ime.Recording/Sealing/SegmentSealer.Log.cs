using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Sealing;

internal sealed partial class SegmentSealer
{
    [LoggerMessage(2220, LogLevel.Debug, "Segment {Segment} compressed to {Bytes} bytes.")]
    private static partial void LogSealed(ILogger logger, string segment, long bytes);

    [LoggerMessage(2221, LogLevel.Warning, "Segment {Segment} could not be compressed. It stays uncompressed until the recorder tries again, with the next segment.")]
    private static partial void LogNotSealed(ILogger logger, Exception failure, string segment);

    [LoggerMessage(2222, LogLevel.Information, "Segment {Segment} deleted: {Reason}.")]
    private static partial void LogDeleted(ILogger logger, string segment, string reason);

    [LoggerMessage(2223, LogLevel.Warning, "Old segments could not be deleted.")]
    private static partial void LogNotDeleted(ILogger logger, Exception failure);

    [LoggerMessage(2224, LogLevel.Error, "Segments are no longer compressed or deleted. The recorder continues.")]
    private static partial void LogBroken(ILogger logger, Exception failure);

    [LoggerMessage(2225, LogLevel.Warning, "The compressed file of segment {Segment} was damaged. It has been written again from the plain file.")]
    private static partial void LogSealedAgain(ILogger logger, string segment);

    [LoggerMessage(2226, LogLevel.Warning, "Both files of segment {Segment} are damaged, the plain one and the compressed one. Both are kept.")]
    private static partial void LogBothDamaged(ILogger logger, string segment);
}
