namespace HedgeTech.Ime.Streaming.Sinks;

/// <summary>A snapshot or an event on its way to the sinks, and then to the consumer.</summary>
/// <param name="Event">The snapshot, or the event.</param>
/// <param name="Frame">The message that a snapshot was read from; empty for an event.</param>
internal readonly record struct SinkEntry(FeedEvent Event, ReadOnlyMemory<byte> Frame);
