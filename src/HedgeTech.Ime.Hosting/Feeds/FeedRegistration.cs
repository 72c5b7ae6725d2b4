namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>The part of a feed's options that other services need: the client that it streams from, and how its options differ from the client's. A keyed service with the name of the feed as its key, "" if it has none.</summary>
internal sealed record FeedRegistration(string? ClientName, Action<FeedOptions>? ConfigureFeed)
{
    /// <summary>Returns the trading hours of the feed, given those of its client.</summary>
    public TradingHours? HoursAfter(TradingHours? ofClient)
    {
        FeedOptions options = new() { TradingHours = ofClient };
        ConfigureFeed?.Invoke(options);
        return options.TradingHours;
    }
}
