using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Shared;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>Runs a client for a long time and prints its memory.</summary>
internal static class Soak
{
    private const int Rate = 2000;
    private const int Burst = 50;
    private const int Samples = 20;

    public static async Task RunAsync(TimeSpan length)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Rate, Burst, "python");
        using Process run = Self.Start("hold", "--address", server.Address, "--seconds", length.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        while (await run.StandardOutput.ReadLineAsync() is { } line)
        {
            Console.WriteLine(line);
        }

        await run.WaitForExitAsync();
    }

    /// <summary>Receives messages, and prints a row of the table at intervals.</summary>
    public static async Task HoldAsync(Uri address, TimeSpan length)
    {
        Console.WriteLine("| minutes | messages | heap after a collection, KB | working set, MB |");
        Console.WriteLine("|---|---|---|---|");
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = address, AccessToken = "token" });
        using Process process = Process.GetCurrentProcess();
        long begun = Stopwatch.GetTimestamp();
        long count = 0;
        int sample = 0;
        await foreach (MarketSnapshot _ in client.StreamByNameAsync(MarketCorpus.NamesOf(100)))
        {
            count++;
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
            if (elapsed >= length / Samples * sample)
            {
                sample++;
                long heap = GC.GetTotalMemory(forceFullCollection: true);
                process.Refresh();
                Console.WriteLine(FormattableString.Invariant($"| {elapsed.TotalMinutes:0.0} | {count} | {heap / 1024} | {process.WorkingSet64 / 1048576.0:0.0} |"));
            }

            if (elapsed >= length)
            {
                return;
            }
        }
    }
}
