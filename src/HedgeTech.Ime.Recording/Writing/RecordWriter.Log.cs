using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Writing;

internal sealed partial class RecordWriter
{
    [LoggerMessage(2200, LogLevel.Debug, "Segment {Segment} started.")]
    private static partial void LogBegun(ILogger logger, string segment);

    [LoggerMessage(2201, LogLevel.Error, "The recording cannot be written: {Reason} The recorder keeps trying, and counts what it loses.")]
    private static partial void LogFailed(ILogger logger, string reason, Exception failure);

    [LoggerMessage(2202, LogLevel.Warning, "The recording can be written again. {Lost} snapshots and events have been lost since the recorder was created.")]
    private static partial void LogRecovered(ILogger logger, long lost);

    [LoggerMessage(2206, LogLevel.Warning, "The recording can be written again. Nothing has been lost.")]
    private static partial void LogRecoveredWithoutLoss(ILogger logger);

    [LoggerMessage(2203, LogLevel.Error, "Segment {Segment} was deleted or moved while it was being written. {Lost} snapshots and events are lost with it.")]
    private static partial void LogVanished(ILogger logger, string segment, long lost);

    [LoggerMessage(2205, LogLevel.Critical, "The recorder has failed. Nothing more is recorded.")]
    private static partial void LogBroken(ILogger logger, Exception failure);
}
