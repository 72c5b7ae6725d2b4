// A typical application with all packages, a host, a hosted feed, the board and its health check. It streams from the simulator and ends.
using HedgeTech.Ime;
using HedgeTech.Ime.Hosting;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 20 });
ContractSet contracts = ContractSet.ByName("SAFAB03", "ETCDY03");

HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Services.AddImeClient(options =>
{
    options.BaseAddress = simulator.BaseAddress;
    options.Username = simulator.Username;
    options.Password = simulator.Password;
});
builder.Services.AddImeFeed(contracts);
builder.Services.AddHealthChecks().AddImeHealthCheck();
using IHost host = builder.Build();
await host.StartAsync(limit.Token);

MarketBoard board = host.Services.GetRequiredService<MarketBoard>();
foreach (ContractKey contract in contracts)
{
    Console.WriteLine(await board.WaitForAsync(contract, static snapshot => snapshot.BestBid > 0, limit.Token));
}

HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(limit.Token);
Console.WriteLine($"{health.Status}: {string.Join(", ", health.Entries.Values.Select(static entry => entry.Description))}");
await host.StopAsync(limit.Token);
return health.Status == HealthStatus.Healthy ? 0 : 1;
