// dotnet run                        streams from a simulator, because appsettings.Development.json says so: http://localhost:5000
// dotnet run --Simulator false      streams from the market, with the account in Ime__Username and Ime__Password
using HedgeTech.Ime;
using HedgeTech.Ime.AspNetCore;
using HedgeTech.Ime.Hosting;
using HedgeTech.Ime.Testing;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string[] contracts = builder.Configuration.GetSection("Contracts").Get<string[]>() ?? [];
builder.Services.AddImeClient(builder.Configuration.GetSection("Ime"));
builder.Services.AddImeFeed(ContractSet.ByName(contracts));
builder.Services.AddHealthChecks().AddImeHealthCheck();

await using ImeSimulator? simulator = builder.Configuration.GetValue<bool>("Simulator") ? await ImeSimulator.StartAsync() : null;
if (simulator is not null)
{
    builder.Services.Configure<ImeClientOptions>(simulator.ConfigureClient);
}

await using WebApplication app = builder.Build();
app.UseFileServer(); // wwwroot/index.html
app.MapHealthChecks("/health");
app.MapImeBoard("/board"); // Anyone who can reach it can read the market data of your account: see RequireAuthorization().
await app.RunAsync();
