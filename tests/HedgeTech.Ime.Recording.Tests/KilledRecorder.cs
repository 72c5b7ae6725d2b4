using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Runs a separate process that records a made-up feed, and kills it.</summary>
internal static class KilledRecorder
{
    private const string Variable = "IME_KILLED_RECORDER";

    /// <summary>How many snapshots and events the process gives to its recorder, at least. Then it waits for the kill.</summary>
    public const int Messages = 30_000;

    /// <summary>Returns the feed that the process records.</summary>
    public static MadeUpFeed Feed(int seed) => new(seed, new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero).AddSeconds(seed)) { Padding = 500, HasOutages = false, Pause = TimeSpan.FromTicks(10) };

    /// <summary>Starts the process, and kills it after the given number of reports.</summary>
    /// <returns>The last reported number, which is how many snapshots and events the process knows to be in the recording.</returns>
    public static async Task<int> RunAsync(string folder, int seed, bool isSynchronous, int reports)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { [Variable] = string.Create(CultureInfo.InvariantCulture, $"{seed}|{(isSynchronous ? 1 : 0)}|{folder}") },
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        using Process process = Process.Start(start)!;
        int known = 0;
        for (int report = 0; report < reports && known < Messages && await process.StandardOutput.ReadLineAsync() is { } line; report++)
        {
            known = int.Parse(line, CultureInfo.InvariantCulture);
        }

        process.Kill();
        while (await process.StandardOutput.ReadLineAsync() is { Length: 8 } line)
        {
            known = int.Parse(line, CultureInfo.InvariantCulture);
        }

        await process.WaitForExitAsync();
        return known;
    }

    // Runs instead of the tests in the process that the test kills.
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|', 3) is not [var seed, var isSynchronous, var folder])
        {
            return;
        }

        RecordingOptions options = new() { SegmentBytes = 64 * 1024 * (1 + (int.Parse(seed, CultureInfo.InvariantCulture) % 20)), WriteInterval = isSynchronous == "1" ? TimeSpan.Zero : TimeSpan.FromMilliseconds(10) };
        MarketRecorder recorder = new(folder, options);
        MadeUpFeed feed = Feed(int.Parse(seed, CultureInfo.InvariantCulture));
        using Stream output = Console.OpenStandardOutput();
        for (int batch = 0; feed.Given.Count < Messages; batch++)
        {
            feed.Give(recorder, 1 + (batch % 16));
            RecorderStatistics statistics = recorder.Statistics;
            long known = isSynchronous == "1" ? feed.Given.Count : statistics.Snapshots + statistics.Events;
            Report(known);
        }

        // No further call makes the recorder write.
        if (!SpinWait.SpinUntil(() => recorder.Statistics is var written && written.Snapshots + written.Events >= feed.Given.Count, TimeSpan.FromMinutes(1)))
        {
            Environment.Exit(1);
        }

        Report(feed.Given.Count);
        Thread.CurrentThread.Join(); // waits for the kill

        void Report(long known) => output.Write(Encoding.ASCII.GetBytes(known.ToString("D8", CultureInfo.InvariantCulture) + "\n"));
    }
}
