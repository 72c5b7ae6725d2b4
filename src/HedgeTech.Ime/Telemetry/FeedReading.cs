namespace HedgeTech.Ime.Telemetry;

/// <summary>The state and the counts of a feed at the moment a collector asks.</summary>
/// <param name="State">The state of the feed.</param>
/// <param name="Counts">The counts so far.</param>
/// <param name="Waiting">Snapshots waiting for the consumer.</param>
/// <param name="Age">The age of the newest message; null before the first.</param>
internal readonly record struct FeedReading(Enum State, FeedCounts Counts, int Waiting, TimeSpan? Age);
