namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>A timestamp without an offset, against the clock.</summary>
/// <param name="Delay">How old it seems on receipt, by the service's clock.</param>
/// <param name="RightOffset">At which offset from UTC it would be of just now; null if at none.</param>
internal sealed record TimestampReading(TimeSpan Delay, TimeSpan? RightOffset)
{
    // Offsets from UTC are quarters of an hour; what is left must be the age of a message that was just made, with some room for clocks.
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Youngest = TimeSpan.FromSeconds(-15);

    /// <summary>Null where the message carries no timestamp, or an offset of its own.</summary>
    /// <param name="snapshot">The message.</param>
    /// <param name="configured">The offset that it was read with.</param>
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
