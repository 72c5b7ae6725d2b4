using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Watch;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Cli.Record;

/// <summary>Records until it is told to end, and says how it goes.</summary>
internal static class RecordingRun
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Records until Ctrl+C or the end of the time.</summary>
    /// <returns>Success if everything that was received is in the recording.</returns>
    /// <exception cref="ToolException">The folder cannot be recorded to.</exception>
    /// <exception cref="ImeException">The stream ended so.</exception>
    public static async Task<ExitCode> RunAsync(ImeClientOptions options, ContractSet contracts, string folder, RecordingOptions recording, TimeSpan? duration, CancellationToken cancellationToken)
    {
        TimeProvider time = TimeProvider.System;
        LiveLine line = new();
        await using MarketRecorder recorder = Open(folder, recording, new WarningLines(line.Above));
        await using ImeClient client = new(options);
        FeedOptions feedOptions = client.CreateFeedOptions();
        feedOptions.Sinks.Add(recorder);
        await using MarketFeed feed = client.OpenFeed(contracts, feedOptions);
        using CancellationTokenSource over = duration is { } length ? new CancellationTokenSource(length, time) : new CancellationTokenSource();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        using CancellationTokenSource stopDrawing = new();
        Task drawing = DrawAsync(feed, recorder, line, time, stopDrawing.Token);
        try
        {
            await foreach (FeedEvent happened in feed.ReadEventsAsync(stop.Token))
            {
                if (happened is not (MarketSnapshot or SnapshotsDropped))
                {
                    line.Above($"{happened.ReceivedAt.InTehran():HH:mm:ss.fff} {EventText.Of(happened)}");
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to end.
        }
        finally
        {
            await stopDrawing.CancelAsync();
            await drawing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            line.Clear();
        }

        await feed.DisposeAsync();
        await recorder.DisposeAsync();
        RecorderStatistics recorded = recorder.Statistics;
        await Console.Out.WriteLineAsync(
            $"{Quantities.Count(recorded.Snapshots, "message")} and {Quantities.Count(recorded.Events, "event")} recorded in {CellText.Printable(folder)}: {Quantities.Count(recorded.Segments, "segment")}, {Quantities.Bytes(recorded.Bytes)} before compression, {(recorded.Lost == 0 ? "none" : Numbers.Whole(recorded.Lost))} lost.");
        return recorded.Lost == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>The line that shows how a recording goes.</summary>
    public static string Progress(RecorderStatistics recorded, FeedState state, long rate, TimeSpan elapsed) =>
        $" {(recorded.Failure is not null ? "✕ cannot write" : state == FeedState.Live ? "● recording" : "○ waiting")}   {Quantities.Count(recorded.Snapshots, "message")}   {Numbers.Whole(rate)}/s   {Quantities.Bytes(recorded.Bytes)}   segment {Numbers.Whole(recorded.Segments)}   lost {Numbers.Whole(recorded.Lost)}   {(int)elapsed.TotalHours:00}:{elapsed:mm\\:ss}";

    private static MarketRecorder Open(string folder, RecordingOptions recording, WarningLines log)
    {
        try
        {
            return new MarketRecorder(folder, recording, log);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Failure, refused.Message, refused);
        }
    }

    private static async Task DrawAsync(MarketFeed feed, MarketRecorder recorder, LiveLine line, TimeProvider time, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        (long countedAt, long counted, long rate) = (begun, 0, 0);
        while (true)
        {
            RecorderStatistics recorded = recorder.Statistics;
            if (time.GetElapsedTime(countedAt) is { TotalSeconds: >= 1 } elapsed)
            {
                rate = (long)Math.Round((recorded.Snapshots - counted) / elapsed.TotalSeconds);
                (counted, countedAt) = (recorded.Snapshots, time.GetTimestamp());
            }

            line.Show(Progress(recorded, feed.State, rate, time.GetElapsedTime(begun)));
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
