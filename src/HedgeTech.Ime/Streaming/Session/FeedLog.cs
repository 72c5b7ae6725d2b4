using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>Writes the events of a feed to the log and to the meter: one entry for an outage and one for its end. Thread-safe. Never called under the lock of the feed.</summary>
internal sealed partial class FeedLog(ILogger logger, ClientMeter meter)
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _connected = [];

    /// <summary>Writes an event that is not a snapshot.</summary>
    /// <param name="announced">The event.</param>
    /// <param name="rejected">How many messages the feed has rejected so far.</param>
    public void Write(FeedEvent announced, long rejected)
    {
        switch (announced)
        {
            case FeedConnected connected when IsFirst(connected.Connection):
                LogConnected(logger, connected.Connection, connected.Contracts);
                break;
            case FeedConnected connected:
                LogConnectedAgain(logger, connected.Connection, connected.Contracts);
                break;
            case FeedInterrupted interrupted:
                meter.Interrupted(interrupted.Reason);
                LogInterrupted(logger, interrupted.Connection, interrupted.Contracts, interrupted.Reason, interrupted.CloseStatus, interrupted.HttpStatus, interrupted.Description);
                break;
            case FeedSilent silent:
                LogSilent(logger, silent.Connection, silent.Contracts, silent.Silence.TotalSeconds);
                break;
            case FeedResumed resumed:
                meter.Resumed(resumed.Reason, resumed.Gap);
                LogResumed(logger, resumed.Connection, resumed.Contracts, resumed.Gap.TotalSeconds, resumed.Attempts);
                break;
            case SnapshotsDropped:
                LogDropping(logger);
                break;
            case FrameRejected frame:
                LogRejected(logger, frame.Reason, frame.ByteOffset, rejected);
                break;
        }
    }

    /// <summary>Writes a diagnostic, which only appears in the log.</summary>
    public void Write(FeedDiagnostic diagnostic, int connection)
    {
        switch (diagnostic)
        {
            case FeedDiagnostic.RotationGivenUp:
                LogRotationGivenUp(logger);
                break;
            case FeedDiagnostic.RedundancyGivenUp:
                LogRedundancyGivenUp(logger, connection);
                break;
            case FeedDiagnostic.RedundancyRefused:
                LogRedundancyRefused(logger, connection);
                break;
            case FeedDiagnostic.LineLagged:
                LogLineLagged(logger, connection);
                break;
            case FeedDiagnostic.LineMute:
                LogLineMute(logger, connection);
                break;
        }
    }

    /// <summary>Writes a failed attempt each time the number of attempts has doubled, so that an outage of hours does not flood the log.</summary>
    public void AttemptFailed(int connection, int attempts, bool anotherIsOpen, Exception failure)
    {
        if (attempts <= 1 || !int.IsPow2(attempts))
        {
            return;
        }

        if (anotherIsOpen)
        {
            LogDoubleDown(logger, connection, attempts, failure.Message);
        }
        else
        {
            LogStillDown(logger, connection, attempts, failure.Message);
        }
    }

    /// <summary>Writes that the replacement for a line could not be opened.</summary>
    public void ReplacementFailed(int connection, Exception failure) => LogReplacementFailed(logger, connection, failure.Message);

    /// <summary>Writes the first failure of a sink in an episode.</summary>
    public void SinkFailed(string sink, Exception failure) => LogSinkFailed(logger, failure, sink);

    /// <summary>Writes that a sink holds up the disposal of the feed, which does not wait for it any longer.</summary>
    public void SinkBlocks(TimeSpan waited) => LogSinkBlocks(logger, waited.TotalSeconds);

    /// <summary>Whether the connection is accepted for the first time. Later times are routine, or are reported as the end of an outage.</summary>
    private bool IsFirst(int connection)
    {
        lock (_gate)
        {
            return _connected.Add(connection);
        }
    }
}
