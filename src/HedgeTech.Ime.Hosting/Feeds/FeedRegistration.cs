namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>What of a feed's options others need: whose client it streams from. Keyed by the feed's name, "" if it has none.</summary>
internal sealed record FeedRegistration(string? ClientName);
