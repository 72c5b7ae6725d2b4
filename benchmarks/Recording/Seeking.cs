using System.Diagnostics;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Benchmarks.Recording;

/// <summary>Measures the time from opening a recording to the first event after a random time.</summary>
internal static class Seeking
{
    public static async Task RunAsync(MadeRecording recording, int messages, int rounds)
    {
        await recording.WriteAsync(messages, new RecordingOptions());
        Console.WriteLine($"{Directory.EnumerateFiles(recording.Folder, "*.imerec", SearchOption.AllDirectories).Count()} plain and {Directory.EnumerateFiles(recording.Folder, "*.zst", SearchOption.AllDirectories).Count()} compressed segments");
        Random random = new(1);
        List<double> times = [];
        for (int round = 0; round <= rounds; round++)
        {
            DateTimeOffset from = recording.Begin + ((recording.End - recording.Begin) * random.NextDouble());
            long begun = Stopwatch.GetTimestamp();
            ReplaySource source = new(recording.Folder, new ReplayOptions { From = from });
            await using IAsyncEnumerator<FeedEvent> events = source.StreamEventsAsync(source.Contracts).GetAsyncEnumerator();
            await events.MoveNextAsync();
            double time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (round > 0)
            {
                times.Add(time);
            }
        }

        Console.WriteLine(FormattableString.Invariant($"seek: median {Sealing.Median(times):0.0} ms, longest {times.Max():0.0} ms"));
    }
}
