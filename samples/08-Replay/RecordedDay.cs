using HedgeTech.Ime;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Testing;

namespace Replay;

/// <summary>If there is no recording, makes a small one with the simulator: a few seconds of a market, with an outage.</summary>
internal static class RecordedDay
{
    private const int Messages = 400;

    public static async Task MakeAsync(string folder, ContractKey contract)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.imerec*", SearchOption.AllDirectories).Any())
        {
            return;
        }

        Console.WriteLine($"There is no recording in {folder}. The sample records a simulated market there first.");
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 200 });
        await using MarketRecorder recorder = new(folder);
        await using ImeClient client = new(simulator.CreateClientOptions());
        FeedOptions options = client.CreateFeedOptions();
        options.Sinks.Add(recorder);
        await using MarketFeed feed = client.OpenFeed([contract], options);
        int received = 0;
        await foreach (MarketSnapshot _ in feed)
        {
            if (++received == Messages / 2)
            {
                simulator.Drop();
            }

            if (received == Messages)
            {
                break;
            }
        }
    }
}
