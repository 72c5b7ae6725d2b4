using System.Diagnostics;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Benchmarks.Recording;

/// <summary>Measures the speed of a replay, compared with reading the same messages from memory.</summary>
internal static class Replaying
{
    public static async Task RunAsync(MadeRecording recording, int messages, int rounds)
    {
        await recording.WriteAsync(messages, new RecordingOptions());
        byte[][] frames = await MadeRecording.FramesAsync();
        List<double> replayed = [];
        List<double> read = [];
        for (int round = 0; round <= rounds; round++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            int count = 0;
            ReplaySource source = new(recording.Folder);
            await foreach (FeedEvent feedEvent in source.StreamEventsAsync(source.Contracts))
            {
                count += feedEvent is MarketSnapshot ? 1 : 0;
            }

            double replaying = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / count;
            before = Process.GetCurrentProcess().TotalProcessorTime;
            for (int message = 0; message < messages; message++)
            {
                MarketSnapshotSerializer.Deserialize(frames[message % frames.Length]);
            }

            double reading = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / messages;
            Console.WriteLine(FormattableString.Invariant($"{(round == 0 ? "warm-up: " : "")}replay {replaying:0.00} µs of CPU time per message, {1 / replaying:0.00} million per second and core; reading alone {reading:0.00} µs"));
            if (round > 0)
            {
                replayed.Add(replaying);
                read.Add(reading);
            }
        }

        Console.WriteLine(FormattableString.Invariant($"median: replay {Sealing.Median(replayed):0.00} µs, reading alone {Sealing.Median(read):0.00} µs"));
    }
}
