// dotnet run                    streams from the market if IME_USERNAME and IME_PASSWORD are set, and from a simulator if neither is
// dotnet run -- --simulator     streams from a simulator
using HedgeTech.Ime;
using HedgeTech.Ime.Testing;

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = !stop.IsCancellationRequested; // the second Ctrl+C ends the program at once
    stop.Cancel();
};

string? username = Environment.GetEnvironmentVariable("IME_USERNAME");
string? password = Environment.GetEnvironmentVariable("IME_PASSWORD");
bool isSimulated = args.Contains("--simulator") || (username is null && password is null);
if (!isSimulated && (username is null || password is null))
{
    Console.Error.WriteLine($"{(username is null ? "IME_USERNAME" : "IME_PASSWORD")} is not set. Set both variables, or run with --simulator.");
    return 1;
}

if (isSimulated)
{
    Console.Error.WriteLine("The market is simulated. For the real one, set IME_USERNAME and IME_PASSWORD. Press Ctrl+C to end.");
}

await using ImeSimulator? simulator = isSimulated ? await ImeSimulator.StartAsync() : null;
await using ImeClient client = new(simulator?.CreateClientOptions() ?? new ImeClientOptions { Username = username, Password = password });
try
{
    await foreach (FeedEvent happened in client.StreamEventsByNameAsync(["SAFAB03", "ETCDY03"], stop.Token))
    {
        switch (happened)
        {
            case MarketSnapshot snapshot:
                Console.WriteLine(snapshot); // Your code. What arrives while it runs waits in a buffer of Feed.Capacity snapshots.
                break;
            case FeedInterrupted interrupted: // The client reconnects on its own, for as long as it takes.
                Console.Error.WriteLine($"No prices: {interrupted.Reason}");
                break;
            case FeedResumed resumed:
                Console.Error.WriteLine($"Prices again, after a gap of {resumed.Gap.TotalSeconds:0.0} s");
                break;
            case SnapshotsDropped dropped:
                Console.Error.WriteLine($"{dropped}: this program was too slow, or they came too late");
                break;
        }
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    // Ctrl+C
}
catch (ImeException error) // The account or the contracts were refused.
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

return 0;
