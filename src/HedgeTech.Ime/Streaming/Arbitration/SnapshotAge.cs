namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>Compares messages by their timestamps, if both have one.</summary>
internal static class SnapshotAge
{
    /// <summary>If the server's clock steps back by more than this, an earlier time does not mean an older message.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    public static bool IsNewer(MarketSnapshot message, MarketSnapshot? than) =>
        than is null || (HaveTimes(message, than) && message.Timestamp > than.Timestamp);

    public static bool IsOlder(MarketSnapshot message, MarketSnapshot? than) =>
        than is not null && HaveTimes(message, than) && message.Timestamp < than.Timestamp && than.Timestamp - message.Timestamp <= MaxAge;

    private static bool HaveTimes(MarketSnapshot one, MarketSnapshot other) =>
        ((one.Unavailable | other.Unavailable) & SnapshotFields.Timestamp) == 0;
}
