namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>A timestamp without an offset, compared with the clock.</summary>
/// <param name="Delay">How old the timestamp appears on receipt, by the service's clock.</param>
/// <param name="RightOffset">The offset from UTC with which the timestamp would be current; null if there is none.</param>
internal sealed record TimestampReading(TimeSpan Delay, TimeSpan? RightOffset)
{
    // Offsets from UTC are multiples of a quarter of an hour. The remainder must be the age of a current message, with some tolerance for the clocks.
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Youngest = TimeSpan.FromSeconds(-15);

    /// <summary>Compares the timestamp of a message; null if it has none, or one that includes an offset.</summary>
    /// <param name="snapshot">The message.</param>
    /// <param name="configured">The offset that the timestamp was read with.</param>
    /// <param name="clockOffset">How far the service's clock is ahead of this machine's.</param>
    public static TimestampReading? Of(MarketSnapshot snapshot, TimeSpan configured, TimeSpan clockOffset)
    {
        if (snapshot.Unavailable.HasFlag(SnapshotFields.Timestamp) || snapshot.Timestamp.Offset != configured)
        {
            return null;
        }

        TimeSpan delay = snapshot.ReceivedAt + clockOffset - snapshot.Timestamp;
        TimeSpan shift = Quarter * Math.Round(delay / Quarter);
        TimeSpan rest = delay - shift;
        TimeSpan right = configured - shift;
        bool isOffset = rest >= Youngest && rest <= Oldest && right.Duration() <= TimeSpan.FromHours(14);
        return new TimestampReading(delay, isOffset ? right : null);
    }
}
