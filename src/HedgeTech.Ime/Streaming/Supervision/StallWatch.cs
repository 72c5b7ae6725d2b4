namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides when one of several lines is mute: it has not brought what another line of its connection has, and nothing since. Without a message that the other has
/// brought, its silence would say nothing: the last message of a day leaves no line behind.
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

    /// <summary>When the line of a slot is taken for mute, unless it brings something; null while nothing points that way, or it is not to be acted on.</summary>
    public Moment? DueAt(LineSlot slot, bool mustWait, Moment now) =>
        slot is { Replacing: null, Current.StalledSince: { } since, Shard.Slots.Count: > 1 }
        && options.SilenceTimeout != Timeout.InfiniteTimeSpan
        && !mustWait
        && options.TradingHours?.IsOpen(now.Utc) is not false
            ? since + options.SilenceTimeout
            : null;
}
