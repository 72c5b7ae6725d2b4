namespace HedgeTech.Ime.Streaming;

/// <summary>A snapshot that a line has read, on its way to the feed.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Bytes">The length of its message.</param>
internal readonly record struct ReadSnapshot(MarketSnapshot Snapshot, long Bytes);
