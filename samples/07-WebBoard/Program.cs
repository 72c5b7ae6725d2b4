// dotnet run --project samples/07-WebBoard [-- [--urls ADDRESS] [--contracts NAME,NAME...]]
// One feed for any number of browsers: http://127.0.0.1:5080
using HedgeTech.Ime;
using HedgeTech.Ime.AspNetCore;
using HedgeTech.Ime.Hosting;
using Samples;
using WebBoard;

return await Sample.RunAsync(async (account, stop) =>
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    string[] contracts = builder.Configuration["contracts"]?.Split(',', StringSplitOptions.TrimEntries) ?? Defaults.Contracts;
    builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // no log message for each request
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddImeClient(builder.Configuration.GetSection("Ime"));
    builder.Services.Configure<ImeClientOptions>(account.ApplyTo);
    builder.Services.AddImeFeed(ContractSet.ByName(contracts));

    // The feed streams from the source in the container. Here, the source is the client, wrapped in a log of its outages.
    builder.Services.AddSingleton(static services => new OutageLog(services.GetRequiredService<ImeClient>()));
    builder.Services.AddSingleton<IMarketDataSource>(static services => services.GetRequiredService<OutageLog>());
    Doors.Close(builder);

    await using WebApplication app = builder.Build();
    app.Use(Doors.AddHeaders);
    app.UseFileServer();
    app.MapImeBoard("/board");
    app.MapGet("/about", (OutageLog outages) => new About(account.IsSimulated, outages.Outages));
    await Startup.CheckAccountAsync(app.Services, stop);
    await app.RunAsync(stop);
});
