namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides when one of several lines is mute: another line of its connection has brought a message that it has not, and it has brought nothing since. Without such a
/// message, silence means nothing: after the last message of the day, no line is behind.
/// </summary>
internal sealed class StallWatch(FeedOptions options)
{
    /// <summary>A line has brought what the others of its shard have not.</summary>
    public static void MarkOthersStalled(Line leading, Moment now)
    {
        foreach (Line other in leading.Shard.Lines)
        {
            if (other != leading)
            {
                other.StalledSince ??= now;
            }
        }
    }

    /// <summary>When the line of a slot counts as mute unless it brings something; null if nothing suggests that, or if nothing would be done about it.</summary>
    public Moment? DueAt(LineSlot slot, bool mustWait, Moment now) =>
        slot is { Replacing: null, Current.StalledSince: { } since, Shard.Slots.Count: > 1 }
        && options.SilenceTimeout != Timeout.InfiniteTimeSpan
        && !mustWait
        && options.TradingHours?.IsOpen(now.Utc) is not false
            ? since + options.SilenceTimeout
            : null;
}
