using System.Diagnostics.CodeAnalysis;
using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Reading;

/// <summary>Reads the log in ranges, where pushes are missing: decides whether a range continues the log, and holds its entries until they are taken.</summary>
/// <param name="feed">Is told what was removed from the log before it was read.</param>
internal sealed class LogRange(FeedTracker feed)
{
    private const string NotContinuous = "The log does not continue from the last entry that was read.";

    private readonly Queue<LogEntry> _entries = new();
    private bool _reachesTop;

    /// <summary>Whether all entries have been taken.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Whether the log was cut behind the place that was read to, so that the next range is needed together with the newest messages.</summary>
    public bool WasTrimmed { get; private set; }

    /// <summary>Whether the log had nothing more when the range was read, and all of the range has been taken.</summary>
    public bool IsAtTop => IsEmpty && _reachesTop;

    public bool TryTake([NotNullWhen(true)] out LogEntry? entry) => _entries.TryDequeue(out entry);

    public void Clear()
    {
        _entries.Clear();
        WasTrimmed = false;
    }

    /// <summary>Takes a range that need not continue anything.</summary>
    /// <returns>The place before its first entry.</returns>
    public LogPosition Begin(IReadOnlyList<LogEntry> entries, LogTop top)
    {
        foreach (LogEntry entry in entries)
        {
            _entries.Enqueue(entry);
        }

        _reachesTop = IsSame(entries[^1].Position, top.Position);
        LogPosition first = entries[0].Position;
        return first with { Number = first.Number - 1 };
    }

    /// <summary>Takes a range that is to continue the log.</summary>
    /// <param name="answer">The range, and the top of the log.</param>
    /// <param name="position">Where the log was read to. Moves past what was removed from the log.</param>
    /// <returns>Why the log cannot be continued; null if it can.</returns>
    public string? Continue(ReaderAnswer answer, ref LogPosition position)
    {
        if (answer.Top is not { } top)
        {
            return "Redis has lost the log.";
        }

        LogPosition readTo = position;
        feed.Follow(top, readTo);
        LogEntry[] entries = [.. answer.Entries.Where(entry => !entry.IsBehind(readTo))];
        if (entries.Length == 0)
        {
            _reachesTop = true;
            return IsSame(top.Position, readTo) ? null
                : top.Position.Number < readTo.Number ? "Redis has lost entries that were read."
                : NotContinuous;
        }

        LogEntry first = entries[0];
        if (!first.Continues(readTo))
        {
            if (first.Kind != EntryKind.Items || first.Position.Term != readTo.Term)
            {
                return NotContinuous;
            }

            if (!WasTrimmed)
            {
                WasTrimmed = true;
                _reachesTop = false;
                return null;
            }

            feed.Skip(first, top, answer.Last.Where(value => value.Entry > readTo.Number && value.Entry < first.Position.Number));
            position = Begin(entries, top);
        }
        else
        {
            Begin(entries, top);
        }

        WasTrimmed = false;
        return null;
    }

    private static bool IsSame(LogPosition one, LogPosition other) => one.Term == other.Term && one.Number == other.Number;
}
