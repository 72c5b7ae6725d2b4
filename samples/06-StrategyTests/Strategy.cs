using HedgeTech.Ime;

namespace StrategyTests;

/// <summary>
/// An example of a strategy: it bids at the best bid and follows it. The tests check its promise: it never has an order in the market
/// while it cannot see the market.
/// </summary>
public sealed class Strategy(IMarketDataSource source, ContractKey contract, IOrders orders)
{
    private decimal? _bid;

    /// <summary>Trades until the stream ends, and withdraws its order.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (FeedEvent happened in source.StreamEventsAsync(new ContractSet([contract]), cancellationToken))
            {
                switch (happened)
                {
                    case MarketSnapshot snapshot:
                        Bid(snapshot.BestBid);
                        break;
                    case FeedInterrupted or FeedSilent:
                        Bid(null);
                        break;
                }
            }
        }
        finally
        {
            Bid(null);
        }
    }

    private void Bid(decimal? price)
    {
        if (price == _bid)
        {
            return;
        }

        _bid = price;
        if (price is { } wanted)
        {
            orders.Place(wanted);
        }
        else
        {
            orders.Withdraw();
        }
    }
}
