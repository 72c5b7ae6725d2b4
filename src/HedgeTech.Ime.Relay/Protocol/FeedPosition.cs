namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>A place in what one publisher received: how many messages and events of a session came before it. Both counts are dense, so a jump is an exact loss.</summary>
/// <param name="Session">Random; a publisher takes a new one whenever it begins to lead without continuing what it led before.</param>
/// <param name="Messages">The number of messages up to here.</param>
/// <param name="Events">The number of events up to here.</param>
internal readonly record struct FeedPosition(ulong Session, long Messages, long Events);
