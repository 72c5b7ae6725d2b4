namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Keeps the openings of redundant lines apart in time, so that an event that hits one line spares the other. The keep-alives of a line follow its opening at a
/// fixed interval, so a line keeps its distance to all keep-alives of another line, and not only to its opening.
/// </summary>
internal sealed class LineStaggering(TimeSpan keepAliveInterval)
{
    private static readonly TimeSpan LongestApart = TimeSpan.FromMilliseconds(500);

    /// <summary>Reserves the next opening of a slot, and returns how long to wait until then.</summary>
    public TimeSpan ReserveOpening(LineSlot slot, Moment now)
    {
        List<Moment> others = [.. slot.Shard.Slots.Where(other => other != slot).SelectMany(OpeningsOf)];
        Moment opening = now;
        for (int i = 0; i < others.Count; i++)
        {
            TimeSpan wait = UntilApart(opening - others[i], slot.Shard.Slots.Count);
            if (wait > TimeSpan.Zero)
            {
                // Then the others have to be checked again. There is room for all of them.
                opening += wait;
                i = -1;
            }
        }

        slot.OpensAt = opening;
        return opening - now;
    }

    private static IEnumerable<Moment> OpeningsOf(LineSlot slot) =>
        new[] { slot.OpensAt, slot.Current?.OpenedAt, slot.Replacement?.OpenedAt }.OfType<Moment>();

    /// <summary>How much longer to wait if another line was opened this long ago.</summary>
    private TimeSpan UntilApart(TimeSpan since, int lines)
    {
        TimeSpan most = keepAliveInterval / (8 * lines);
        TimeSpan apart = most < LongestApart ? most : LongestApart;
        TimeSpan phase = TimeSpan.FromTicks(((since.Ticks % keepAliveInterval.Ticks) + keepAliveInterval.Ticks) % keepAliveInterval.Ticks);
        return phase < apart ? apart - phase
            : keepAliveInterval - phase < apart ? keepAliveInterval - phase + apart
            : TimeSpan.Zero;
    }
}
