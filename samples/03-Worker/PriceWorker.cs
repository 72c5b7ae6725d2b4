using HedgeTech.Ime;
using HedgeTech.Ime.Hosting;

namespace Worker;

/// <summary>The work of the service. This example logs each new price. Replace it with your own.</summary>
internal sealed partial class PriceWorker(MarketBoard board, ILogger<PriceWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Dictionary<ContractKey, decimal?> prices = [];
        try
        {
            await foreach (MarketSnapshot snapshot in board.ReadAsync(stoppingToken))
            {
                if (prices.GetValueOrDefault(snapshot.Contract) != snapshot.LastPrice)
                {
                    prices[snapshot.Contract] = snapshot.LastPrice;
                    LogPrice(snapshot.Contract, snapshot.LastPrice);
                }
            }
        }
        catch (ImeException) when (board.State == FeedState.Ended)
        {
            // The feed has failed. It logs that itself and stops the host.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Contract} is at {Price}.")]
    private partial void LogPrice(ContractKey contract, decimal? price);
}
