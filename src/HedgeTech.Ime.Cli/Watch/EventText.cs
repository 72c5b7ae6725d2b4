using System.Globalization;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Describes an event of a stream in one line.</summary>
internal static class EventText
{
    /// <summary>What happened.</summary>
    /// <param name="feedEvent">The event.</param>
    /// <param name="isRecorded">Whether it comes from a recording.</param>
    public static string Of(FeedEvent feedEvent, bool isRecorded = false) => CellText.Printable(feedEvent switch
    {
        FeedConnected connected => $"connected: {Contracts(connected.Contracts)}",
        FeedInterrupted interrupted => $"interrupted ({interrupted.Reason}): {Contracts(interrupted.Contracts)}. {interrupted.Description}".TrimEnd(),
        FeedResumed resumed => string.Create(CultureInfo.InvariantCulture, $"resumed after a gap of {resumed.Gap.TotalSeconds:0.0} s: {Contracts(resumed.Contracts)}"),
        FeedSilent silent => string.Create(CultureInfo.InvariantCulture, $"silent for {silent.Silence.TotalSeconds:0} s, replacing the connection: {Contracts(silent.Contracts)}"),
        SnapshotsDropped dropped when isRecorded => $"{Quantities.Count(dropped.Count, "snapshot")} {(dropped.Count == 1 ? "is" : "are")} missing in the recording",
        FrameRejected rejected => $"unreadable message: {rejected.Reason}",
        _ => feedEvent.ToString(),
    });

    private static string Contracts(ContractSet contracts) => contracts.Count > 3 ? $"{contracts.Count} contracts" : string.Join(", ", contracts.Select(static contract => contract.Value));
}
