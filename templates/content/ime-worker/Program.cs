// dotnet run                        streams from a simulator, because appsettings.Development.json says so
// dotnet run --Simulator false      streams from the market, with the account in Ime__Username and Ime__Password
using HedgeTech.Ime;
using HedgeTech.Ime.Hosting;
using HedgeTech.Ime.Testing;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string[] contracts = builder.Configuration.GetSection("Contracts").Get<string[]>() ?? [];
builder.Services.AddImeClient(builder.Configuration.GetSection("Ime"));
builder.Services.AddImeFeed(ContractSet.ByName(contracts));
builder.Services.AddHealthChecks().AddImeHealthCheck();
builder.Services.AddHostedService<PriceWorker>();

await using ImeSimulator? simulator = builder.Configuration.GetValue<bool>("Simulator") ? await ImeSimulator.StartAsync() : null;
if (simulator is not null)
{
    builder.Services.Configure<ImeClientOptions>(simulator.ConfigureClient);
}

await using WebApplication app = builder.Build();
app.MapHealthChecks("/health");
await app.RunAsync();

/// <summary>The work of the service. This one logs each new price. Replace it with your own.</summary>
internal sealed class PriceWorker(MarketBoard board, ILogger<PriceWorker> logger) : BackgroundService
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
                    logger.LogInformation("{Contract} is at {Price}.", snapshot.Contract, snapshot.LastPrice);
                }
            }
        }
        catch (ImeException) when (board.State == FeedState.Ended)
        {
            // The feed has failed. It logs that itself and stops the host.
        }
    }
}
