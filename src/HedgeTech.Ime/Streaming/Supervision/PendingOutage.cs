namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// A line has ended beside others that were accepted a moment ago or have not shown the last message yet. They have a moment to show a message in common with
/// it; if none does, its end was an outage.
/// </summary>
/// <param name="Ended">The line that has ended.</param>
/// <param name="Interrupted">What to report if it was an outage.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Until">When to decide at the latest.</param>
internal sealed record PendingOutage(Line Ended, FeedInterrupted Interrupted, Moment EndedAt, Moment Until);
