// A typical application with all packages: a hosted feed, its board over HTTP, its health checks, a recording and its replay. It streams from the simulator and ends.
using HedgeTech.Ime;
using HedgeTech.Ime.AspNetCore;
using HedgeTech.Ime.Hosting;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 20 });
ContractSet contracts = ContractSet.ByName("SAFAB03", "ETCDY03");
string recording = Path.Combine(AppContext.BaseDirectory, "recording");

WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddImeClient(options =>
{
    options.BaseAddress = simulator.BaseAddress;
    options.Username = simulator.Username;
    options.Password = simulator.Password;
});
builder.Services.AddImeFeed(contracts).RecordTo(recording);
builder.Services.AddHealthChecks().AddImeHealthCheck();
HealthReport health;
await using (WebApplication app = builder.Build())
{
    app.MapImeBoard("/board");
    await app.StartAsync(limit.Token);

    MarketBoard board = app.Services.GetRequiredService<MarketBoard>();
    foreach (ContractKey contract in contracts)
    {
        Console.WriteLine(await board.WaitForAsync(contract, static snapshot => snapshot.BestBid > 0, limit.Token));
    }

    health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(limit.Token);
    Console.WriteLine($"{health.Status}: {string.Join(", ", health.Entries.Values.Select(static entry => entry.Description))}");
    using HttpClient browser = new();
    Console.WriteLine($"board: {(await browser.GetByteArrayAsync($"{app.Urls.First()}/board", limit.Token)).Length} bytes");
    await app.StopAsync(limit.Token);
}

int replayed = 0;
await foreach (MarketSnapshot _ in new ReplaySource(recording).StreamAsync(contracts, limit.Token))
{
    replayed++;
}

Console.WriteLine($"replayed: {replayed} snapshots");

// No Redis is needed to see that the package and what it depends on load.
await using RelaySource relay = new(new RelayOptions { Configuration = "127.0.0.1:1" });
Console.WriteLine($"relay: {relay}");
return health.Status == HealthStatus.Healthy && replayed > 0 ? 0 : 1;
