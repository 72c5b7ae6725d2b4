namespace HedgeTech.Ime.Streaming.Session;

/// <summary>A message that a line has read, on its way to the feed.</summary>
/// <param name="Event">A <see cref="MarketSnapshot"/>, or a <see cref="FrameRejected"/>.</param>
/// <param name="Bytes">The length of the message.</param>
internal readonly record struct ReadMessage(FeedEvent Event, long Bytes);
