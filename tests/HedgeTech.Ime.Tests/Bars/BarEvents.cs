namespace HedgeTech.Ime.Tests.Bars;

/// <summary>Makes a stream of one day's trades, and the one-minute bars of that stream.</summary>
internal static class BarEvents
{
    public static readonly TimeSpan Tehran = new(3, 30, 0);

    /// <summary>A Saturday.</summary>
    public static readonly DateOnly Today = new(2026, 1, 3);

    public static readonly ContractSet Contracts = ContractSet.ByName("A");

    public static DateTimeOffset At(string time) => new(Today.ToDateTime(TimeOnly.ParseExact(time, "HH:mm:ss", null)), Tehran);

    public static MarketSnapshot Trade(string time, int count, decimal price, int volume, decimal high = 1000, decimal low = 1, decimal open = 0) => new()
    {
        Contract = ContractKey.Name("A"),
        Timestamp = At(time),
        Aggregate = new Aggregate
        {
            Date = Today,
            TradeCount = count,
            TotalVolume = volume,
            TotalValue = 100L * volume,
            LastPrice = price,
            HighPrice = high,
            LowPrice = low,
            OpenPrice = open,
        },
    };

    public static async Task<List<Bar>> BarsAsync(params FeedEvent[] events) =>
        await Events(events).ToBarsAsync(TimeSpan.FromMinutes(1)).ToListAsync(TestContext.Current.CancellationToken);

    public static async IAsyncEnumerable<FeedEvent> Events(params FeedEvent[] events)
    {
        await Task.CompletedTask;
        foreach (FeedEvent happened in events)
        {
            yield return happened;
        }
    }
}
