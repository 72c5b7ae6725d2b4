namespace HedgeTech.Ime.Telemetry;

/// <summary>How a feed stands when it is asked.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Counts">What it has counted.</param>
/// <param name="Waiting">Snapshots that wait for the consumer.</param>
/// <param name="Age">Of the newest message; null before the first.</param>
internal readonly record struct FeedReading(Enum State, FeedCounts Counts, int Waiting, TimeSpan? Age);
