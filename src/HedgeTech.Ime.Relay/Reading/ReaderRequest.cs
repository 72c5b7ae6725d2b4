using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Reading;

internal enum ReaderRequestKind
{
    /// <summary>Connect and subscribe; end the connection of before.</summary>
    Subscribe,

    /// <summary>Read the newest messages and the position, in one transaction.</summary>
    Snapshot,

    /// <summary>Read the entries after <see cref="ReaderRequest.After"/> and the position, in one transaction.</summary>
    Range,

    /// <summary>The same, and the newest messages.</summary>
    RangeAndLast,
}

/// <summary>What a reader asks of Redis.</summary>
internal readonly record struct ReaderRequest(int Id, ReaderRequestKind Kind, LogPosition After);

/// <summary>The end of the log, by its hash.</summary>
/// <param name="Position">The last entry.</param>
/// <param name="Feed">What its publisher had received.</param>
/// <param name="WholeSince">The entry since which nothing is known to be missing: the last with events, behind dropped messages, or behind a loss by Redis.</param>
/// <param name="Open">What is interrupted there, as <see cref="OpenInterruptions"/> writes it.</param>
internal readonly record struct LogTop(LogPosition Position, FeedPosition Feed, long WholeSince, string Open = OpenInterruptions.None);

/// <summary>The answer to a read.</summary>
internal sealed record ReaderAnswer(LogTop? Top, IReadOnlyList<LogEntry> Entries, IReadOnlyList<LastValue> Last);
