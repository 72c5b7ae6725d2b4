using System.Net;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Streaming.Session;

internal sealed partial class FeedLog
{
    [LoggerMessage(1300, LogLevel.Information, "Connection {Connection} accepted for {Contracts}.")]
    private static partial void LogConnected(ILogger logger, int connection, ContractSet contracts);

    [LoggerMessage(1314, LogLevel.Debug, "Connection {Connection} accepted again for {Contracts}.")]
    private static partial void LogConnectedAgain(ILogger logger, int connection, ContractSet contracts);

    [LoggerMessage(1301, LogLevel.Warning, "Connection {Connection} interrupted for {Contracts}: {Reason} (close status {CloseStatus}, HTTP status {HttpStatus}). {Description}")]
    private static partial void LogInterrupted(
        ILogger logger,
        int connection,
        ContractSet contracts,
        InterruptionReason reason,
        System.Net.WebSockets.WebSocketCloseStatus? closeStatus,
        HttpStatusCode? httpStatus,
        string? description);

    [LoggerMessage(1302, LogLevel.Information, "Connection {Connection} resumed for {Contracts} after a gap of {Gap:0.###} s and {Attempts} attempts.")]
    private static partial void LogResumed(ILogger logger, int connection, ContractSet contracts, double gap, int attempts);

    [LoggerMessage(1303, LogLevel.Warning, "The consumer is slower than the market. Snapshots are dropped until it catches up.")]
    private static partial void LogDropping(ILogger logger);

    [LoggerMessage(1304, LogLevel.Warning, "A message was rejected: {Reason} (at byte {ByteOffset}). There are {Rejected} so far. Others are not logged for ten seconds.")]
    private static partial void LogRejected(ILogger logger, string reason, long byteOffset, long rejected);

    [LoggerMessage(1306, LogLevel.Warning, "Connection {Connection} for {Contracts} has been silent for {Silence:0.###} s. It is being replaced.")]
    private static partial void LogSilent(ILogger logger, int connection, ContractSet contracts, double silence);

    [LoggerMessage(1307, LogLevel.Warning, "A replacement for the line of connection {Connection} could not be opened: {Failure}")]
    private static partial void LogReplacementFailed(ILogger logger, int connection, string failure);

    [LoggerMessage(1305, LogLevel.Warning, "Connection {Connection} is still down after {Attempts} attempts: {Failure}")]
    private static partial void LogStillDown(ILogger logger, int connection, int attempts, string failure);

    [LoggerMessage(1308, LogLevel.Warning, "The service does not allow a second connection or token beside the first: twice, it closed the old connection or refused the new one. The feed no longer rotates connections. When a token expires, it reconnects.")]
    private static partial void LogRotationGivenUp(ILogger logger);

    [LoggerMessage(1309, LogLevel.Warning, "The service closes a line of connection {Connection} each time it accepts a redundant one. Redundancy is now off for this connection.")]
    private static partial void LogRedundancyGivenUp(ILogger logger, int connection);

    [LoggerMessage(1310, LogLevel.Warning, "The service refuses a redundant line for connection {Connection}, which has another open line. It may not allow that many connections.")]
    private static partial void LogRedundancyRefused(ILogger logger, int connection);

    [LoggerMessage(1311, LogLevel.Warning, "A line of connection {Connection} has fallen too far behind another. It is closed and opened again.")]
    private static partial void LogLineLagged(ILogger logger, int connection);

    [LoggerMessage(1312, LogLevel.Warning, "A line of connection {Connection} delivers nothing while another does. It is being replaced.")]
    private static partial void LogLineMute(ILogger logger, int connection);

    [LoggerMessage(1313, LogLevel.Warning, "A line of connection {Connection} is still down after {Attempts} attempts, while another is open: {Failure}")]
    private static partial void LogDoubleDown(ILogger logger, int connection, int attempts, string failure);

    [LoggerMessage(1315, LogLevel.Warning, "The sink {Sink} threw an exception. The stream continues, and the sink gets the next call. More are not logged until ten seconds have passed without one.")]
    public static partial void LogSinkFailed(ILogger logger, Exception exception, string sink);

    [LoggerMessage(1316, LogLevel.Warning, "A sink has not returned for {Waited:0.###} s. The disposal of the feed does not wait for it any longer.")]
    private static partial void LogSinkBlocks(ILogger logger, double waited);
}
