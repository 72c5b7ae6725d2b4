// dotnet run --project samples/03-Worker [-- [--urls ADDRESS] [--contracts NAME,NAME...]]
// A service. The feed and the worker run as long as the host. Operators use /health and /metrics.
using HedgeTech.Ime;
using HedgeTech.Ime.Hosting;
using OpenTelemetry.Metrics;
using Samples;
using Worker;

return await Sample.RunAsync(async (account, stop) =>
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
    string[] contracts = (builder.Configuration["contracts"] ?? "SAFAB03,ETCDY03,GB30AB03").Split(',', StringSplitOptions.TrimEntries);

    builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // no log message for each request

    // First the options from the configuration, then the account.
    builder.Services.AddImeClient(builder.Configuration.GetSection("Ime"));
    builder.Services.Configure<ImeClientOptions>(account.ApplyTo);
    builder.Services.AddImeFeed(ContractSet.ByName(contracts));
    builder.Services.AddHealthChecks().AddImeHealthCheck();
    builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter("HedgeTech.Ime").AddPrometheusExporter());
    builder.Services.AddHostedService<PriceWorker>();
    builder.WebHost.UseUrls(builder.Configuration["urls"] ?? "http://127.0.0.1:5081");

    await using WebApplication app = builder.Build();
    app.MapHealthChecks("/health");
    app.MapPrometheusScrapingEndpoint("/metrics");
    await Startup.CheckAccountAsync(app.Services, stop);
    await app.RunAsync(stop);
});
