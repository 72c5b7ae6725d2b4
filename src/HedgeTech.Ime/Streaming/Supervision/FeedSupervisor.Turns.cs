namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Lines that carry the same are opened apart in time, so that what hits one spares the other.</content>
internal sealed partial class FeedSupervisor
{
    private static readonly TimeSpan LongestApart = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a lane is to wait before it opens a line. The keep-alives of a line follow its opening at a fixed interval, so lines are kept apart not
    /// only from the opening of another, but from all of its keep-alives.
    /// </summary>
    public TimeSpan TakeTurn(Lane lane, Moment now)
    {
        List<Moment> others = [.. lane.Shard.Lanes.Where(other => other != lane).SelectMany(OpeningsOf)];
        Moment turn = now;
        for (int i = 0; i < others.Count; i++)
        {
            TimeSpan wait = UntilApart(turn - others[i], lane.Shard.Lanes.Count);
            if (wait > TimeSpan.Zero)
            {
                // Then the others have to be looked at again; there is room for all of them.
                turn += wait;
                i = -1;
            }
        }

        lane.Turn = turn;
        return turn - now;
    }

    private static IEnumerable<Moment> OpeningsOf(Lane lane) =>
        new[] { lane.Turn, lane.Current?.OpenedAt, lane.Fresh?.OpenedAt }.OfType<Moment>();

    /// <summary>How much longer to wait, if it is so long since another line was opened.</summary>
    private TimeSpan UntilApart(TimeSpan since, int lanes)
    {
        TimeSpan interval = policy.KeepAliveInterval;
        TimeSpan most = interval / (8 * lanes);
        TimeSpan apart = most < LongestApart ? most : LongestApart;
        TimeSpan phase = TimeSpan.FromTicks(((since.Ticks % interval.Ticks) + interval.Ticks) % interval.Ticks);
        return phase < apart ? apart - phase
            : interval - phase < apart ? interval - phase + apart
            : TimeSpan.Zero;
    }
}
