namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>What of a feed's options others need: whose client it streams from, and how its options differ from the client's. Keyed by the feed's name, "" if it has none.</summary>
internal sealed record FeedRegistration(string? ClientName, Action<FeedOptions>? ConfigureFeed)
{
    /// <summary>The trading hours of the feed, where the client's are these.</summary>
    public TradingHours? HoursAfter(TradingHours? ofClient)
    {
        FeedOptions options = new() { TradingHours = ofClient };
        ConfigureFeed?.Invoke(options);
        return options.TradingHours;
    }
}
