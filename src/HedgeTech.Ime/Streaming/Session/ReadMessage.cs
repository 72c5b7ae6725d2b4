namespace HedgeTech.Ime.Streaming.Session;

/// <summary>A message that a line has read, on its way to the feed.</summary>
/// <param name="Event">A <see cref="MarketSnapshot"/>, or a <see cref="FrameRejected"/>.</param>
/// <param name="Bytes">The length of the message.</param>
/// <param name="Frame">The message, for the sinks of the feed; empty if it has none. Valid until the line reports it.</param>
internal readonly record struct ReadMessage(FeedEvent Event, long Bytes, ReadOnlyMemory<byte> Frame);
