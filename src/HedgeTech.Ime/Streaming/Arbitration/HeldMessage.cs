namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>A message that may have to wait until its place in the sequence is known.</summary>
/// <param name="Message">The message.</param>
/// <param name="At">When it was received, by a clock that never goes back.</param>
internal readonly record struct HeldMessage(MarketSnapshot Message, TimeSpan At);
