using System.Net;
using HedgeTech.Ime.Streaming;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime;

/// <content>The log: an outage is one line, its end another.</content>
public sealed partial class MarketFeed
{
    private void LogAnnouncements()
    {
        while (true)
        {
            FeedEvent? announcement;
            lock (_gate)
            {
                if (!_supervisor!.TryTakeAnnouncement(out announcement))
                {
                    return;
                }
            }

            Log(_environment.Logger, announcement!);
        }
    }

    private void Log(ILogger logger, FeedEvent announcement)
    {
        switch (announcement)
        {
            case FeedConnected connected:
                LogConnected(logger, connected.Connection, connected.Contracts);
                break;
            case FeedInterrupted interrupted:
                LogInterrupted(logger, interrupted.Connection, interrupted.Contracts, interrupted.Reason, interrupted.CloseStatus, interrupted.HttpStatus, interrupted.Description);
                break;
            case FeedSilent silent:
                LogSilent(logger, silent.Connection, silent.Contracts, silent.Silence);
                break;
            case FeedResumed resumed:
                LogResumed(logger, resumed.Connection, resumed.Contracts, resumed.Gap, resumed.Attempts);
                break;
            case SnapshotsDropped:
                LogDropping(logger);
                break;
            case FrameRejected rejected:
                LogRejected(logger, rejected.Reason, rejected.ByteOffset, Statistics.Rejected);
                break;
        }
    }

    /// <summary>An outage of hours does not flood the log: one line per doubling of the attempts.</summary>
    private static void LogAttemptFailed(ILogger logger, Shard shard, Exception failure)
    {
        if (shard.Attempts > 1 && int.IsPow2(shard.Attempts))
        {
            LogStillDown(logger, shard.Number, shard.Attempts, failure.Message);
        }
    }

    [LoggerMessage(1300, LogLevel.Information, "Connection {Connection} accepted for {Contracts}.")]
    private static partial void LogConnected(ILogger logger, int connection, ContractSet contracts);

    [LoggerMessage(1301, LogLevel.Warning, "Connection {Connection} interrupted for {Contracts}: {Reason} (close status {CloseStatus}, HTTP status {HttpStatus}). {Description}")]
    private static partial void LogInterrupted(
        ILogger logger,
        int connection,
        ContractSet contracts,
        InterruptionReason reason,
        System.Net.WebSockets.WebSocketCloseStatus? closeStatus,
        HttpStatusCode? httpStatus,
        string? description);

    [LoggerMessage(1302, LogLevel.Information, "Connection {Connection} resumed for {Contracts} after a gap of {Gap} and {Attempts} attempts.")]
    private static partial void LogResumed(ILogger logger, int connection, ContractSet contracts, TimeSpan gap, int attempts);

    [LoggerMessage(1303, LogLevel.Warning, "The consumer is slower than the market: snapshots are being dropped until it has caught up.")]
    private static partial void LogDropping(ILogger logger);

    [LoggerMessage(1304, LogLevel.Warning, "A message was rejected: {Reason} (at byte {ByteOffset}); {Rejected} so far. More are not logged for ten seconds.")]
    private static partial void LogRejected(ILogger logger, string reason, long byteOffset, long rejected);

    [LoggerMessage(1306, LogLevel.Warning, "Connection {Connection} has been silent for {Silence} for {Contracts}; it is being replaced.")]
    private static partial void LogSilent(ILogger logger, int connection, ContractSet contracts, TimeSpan silence);

    [LoggerMessage(1307, LogLevel.Warning, "The silent connection {Connection} could not be replaced and stays: {Failure}")]
    private static partial void LogReplacementFailed(ILogger logger, int connection, string failure);

    [LoggerMessage(1305, LogLevel.Warning, "Connection {Connection} is still down after {Attempts} attempts: {Failure}")]
    private static partial void LogStillDown(ILogger logger, int connection, int attempts, string failure);
}
