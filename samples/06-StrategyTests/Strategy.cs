using HedgeTech.Ime;

namespace StrategyTests;

/// <summary>
/// A strategy as you might have one: it bids at the best bid, and follows it. Its promise, which the tests hold it to:
/// it has no order in the market while it does not see the market.
/// </summary>
public sealed class Strategy(IMarketDataSource source, ContractKey contract, IOrders orders)
{
    private decimal? _bid;

    /// <summary>Trades until the stream ends, and leaves no order behind.</summary>
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
