// dotnet run --project samples/QuickStart [-- [--count N] [CONTRACT NAME]...]
// IME_USERNAME and IME_PASSWORD stream the real service; without them a simulator in this process does.
using HedgeTech.Ime;
using HedgeTech.Ime.Testing;
using QuickStart;

Console.OutputEncoding = System.Text.Encoding.UTF8;
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) => { pressed.Cancel = true; stop.Cancel(); };
ImeSimulator? simulator = null;
try
{
    Settings settings = Settings.Read(args);
    ImeClientOptions options = new() { BaseAddress = settings.BaseAddress, Username = settings.Username, Password = settings.Password };
    if (settings.Username is null || settings.Password is null)
    {
        Console.WriteLine("IME_USERNAME and IME_PASSWORD are not set: this market is simulated, inside this process. Ctrl+C ends it.");
        simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 2 });
        options = new() { BaseAddress = simulator.BaseAddress, Username = simulator.Username, Password = simulator.Password };
    }

    await using ImeClient client = new(options);
    Table table = new(settings.Contracts);
    Console.WriteLine(table.Header);
    long remaining = settings.Count;
    await foreach (FeedEvent feedEvent in client.StreamEventsAsync(settings.Contracts, stop.Token))
    {
        Console.WriteLine(table.Line(feedEvent));
        if (feedEvent is MarketSnapshot && --remaining == 0)
        {
            break;
        }
    }

    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception error) when (error is ImeException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
finally
{
    await (simulator?.DisposeAsync() ?? default);
}
