using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Shared;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>A reader in a process of its own. It says when it is there, what a message has cost it, and what reading the same messages from memory costs.</summary>
internal sealed class ChildReader : IDisposable
{
    public const string Argument = "child-reader";

    private readonly Process _process;

    private ChildReader(Process process) => _process = process;

    public static async Task<ChildReader> StartAsync(string configuration, string name, string contract, int messages)
    {
        ChildReader reader = new(Self.Start(Argument, string.Join('|', configuration, name, contract, messages.ToString(CultureInfo.InvariantCulture))));
        await reader._process.StandardOutput.ReadLineAsync();
        return reader;
    }

    /// <summary>Messages a second, the processor time of a message through the relay and from memory, in µs, and how often pushes were missing.</summary>
    public async Task<(double PerSecond, double Relay, double Memory, double Repairs)> ResultAsync()
    {
        double[] figures = [.. (await _process.StandardOutput.ReadLineAsync())!.Split(' ').Select(static text => double.Parse(text, CultureInfo.InvariantCulture))];
        await _process.WaitForExitAsync();
        return (figures[0], figures[1], figures[2], figures[3]);
    }

    public static async Task RunAsync(string argument)
    {
        string[] asked = argument.Split('|');
        int messages = int.Parse(asked[3], CultureInfo.InvariantCulture);
        byte[][] frames = await MarketCorpus.RecordAsync([asked[2]], isCompact: true);
        double memory = 0;
        for (int round = 0; round < 3; round++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            for (int i = 0; i < messages; i++)
            {
                MarketSnapshotSerializer.Deserialize(frames[i % frames.Length]);
            }

            memory = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / messages;
        }

        await using RelaySource source = new(new RelayOptions { Configuration = asked[0], Name = asked[1] });
        int count = 0;
        int warm = messages / 5;
        TimeSpan begun = default;
        long start = 0;
        await foreach (FeedEvent happened in source.StreamEventsAsync(ContractSet.ByName(asked[2])))
        {
            if (happened is SnapshotsDropped)
            {
                throw new InvalidOperationException($"The reader was too slow: {happened}.");
            }

            if (happened is not MarketSnapshot)
            {
                continue;
            }

            if (count == 0)
            {
                Console.WriteLine("reads");
            }

            if (++count == warm)
            {
                (begun, start) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
            }

            if (count == messages)
            {
                break;
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double relay = (Process.GetCurrentProcess().TotalProcessorTime - begun).TotalMicroseconds / (messages - warm);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(messages - warm) / seconds} {relay} {memory} {source.Statistics.Repairs}"));
    }

    public void Dispose() => _process.Dispose();
}

/// <summary>This program, in another process.</summary>
internal static class Self
{
    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(Self).Assembly.Location, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
