using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Relay;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Watch;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Record;

/// <summary>Records until it is asked to end, and shows its progress.</summary>
internal static class RecordingRun
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Records until Ctrl+C or the end of the time.</summary>
    /// <returns>Success if everything that was received is in the recording.</returns>
    /// <exception cref="ToolException">The folder cannot be recorded to, or no connection was accepted.</exception>
    /// <exception cref="ImeException">The stream ended so.</exception>
    public static async Task<ExitCode> RunAsync(ImeClientOptions options, ContractSet contracts, string folder, RecordingOptions recording, TimeSpan? duration, CancellationToken cancellationToken)
    {
        LiveLine line = new();
        await using MarketRecorder recorder = Open(folder, recording, new WarningLines(line.Above));
        await using ImeClient client = new(options);
        FeedOptions feedOptions = client.CreateFeedOptions();
        feedOptions.Sinks.Add(recorder);
        await using MarketFeed feed = client.OpenFeed(contracts, feedOptions);
        bool hasConnected = await RecordAsync(feed.ReadEventsAsync, () => feed.State, recorder, line, duration, cancellationToken);
        string? failure = hasConnected ? null : $"the tool never connected. {feed.Statistics.LastFailure}".TrimEnd();
        await feed.DisposeAsync();
        return await EndAsync(recorder, folder, failure);
    }

    /// <summary>Records a relay until Ctrl+C or the end of the time.</summary>
    /// <returns>Success if everything that was received is in the recording.</returns>
    /// <exception cref="ToolException">The folder cannot be recorded to, an option is wrong, or nothing arrived.</exception>
    /// <exception cref="InvalidOperationException">Redis refuses the reader.</exception>
    public static async Task<ExitCode> RunAsync(RelayOptions options, ContractSet contracts, string folder, RecordingOptions recording, TimeSpan? duration, CancellationToken cancellationToken)
    {
        LiveLine line = new();
        await using RelaySource source = RelayArguments.CreateSource(options, line.Above);
        await using MarketRecorder recorder = Open(folder, recording, new WarningLines(line.Above));
        await RecordAsync(
            stop => WatchedEvents.StreamAsync(source, contracts, stop).WithSinks([recorder], cancellationToken: stop),
            () => source.Statistics is { IsConnected: true, LastPushAt: not null } ? FeedState.Live : FeedState.Connecting,
            recorder, line, duration, cancellationToken);
        return await EndAsync(recorder, folder, source.Statistics.LastPushAt is null ? $"nothing arrived from a publisher of the relay '{options.Name}'. Check --relay and --name, and that 'ime relay' runs." : null);
    }

    /// <summary>Records until it is asked to end.</summary>
    /// <returns>Whether a connection to the service was accepted.</returns>
    private static async Task<bool> RecordAsync(
        Func<CancellationToken, IAsyncEnumerable<FeedEvent>> read, Func<FeedState> state, MarketRecorder recorder, LiveLine line, TimeSpan? duration, CancellationToken cancellationToken)
    {
        TimeProvider time = TimeProvider.System;
        using CancellationTokenSource over = duration is { } length ? new CancellationTokenSource(length, time) : new CancellationTokenSource();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        using CancellationTokenSource stopDrawing = new();
        bool hasConnected = false;
        Task drawing = DrawAsync(state, recorder, line, time, stopDrawing.Token);
        try
        {
            await foreach (FeedEvent happened in read(stop.Token))
            {
                hasConnected |= happened is FeedConnected;
                if (happened is not (MarketSnapshot or SnapshotsDropped))
                {
                    line.Above($"{happened.ReceivedAt.InTehran():HH:mm:ss.fff} {EventText.Of(happened)}");
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end was requested.
        }
        finally
        {
            await stopDrawing.CancelAsync();
            await drawing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            line.Clear();
        }

        return hasConnected;
    }

    /// <param name="recorder">The recorder.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="unreachable">Why nothing could arrive; null if something could.</param>
    private static async Task<ExitCode> EndAsync(MarketRecorder recorder, string folder, string? unreachable)
    {
        await recorder.DisposeAsync();
        RecorderStatistics recorded = recorder.Statistics;
        if (unreachable is not null && recorded is { Snapshots: 0, Lost: 0 })
        {
            throw new ToolException(ExitCode.Unreachable, $"No message was recorded, because {unreachable}");
        }

        await Console.Out.WriteLineAsync(
            $"{Quantities.Count(recorded.Snapshots, "message")} and {Quantities.Count(recorded.Events, "event")} recorded in {CellText.Printable(folder)}: {Quantities.Count(recorded.Segments, "segment")}, {Quantities.Bytes(recorded.Bytes)} before compression, {(recorded.Lost == 0 ? "none" : Numbers.Whole(recorded.Lost))} lost.");
        return recorded.Lost == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>The line that shows how a recording goes.</summary>
    public static string Progress(RecorderStatistics recorded, FeedState state, long rate, TimeSpan elapsed) =>
        $" {(recorded.Failure is not null ? "✕ cannot write" : state == FeedState.Live ? "● recording" : "○ waiting")}   {Quantities.Count(recorded.Snapshots, "message")}   {Numbers.Whole(rate)}/s   {Quantities.Bytes(recorded.Bytes)}   segment {Numbers.Whole(recorded.Segments)}   lost {Numbers.Whole(recorded.Lost)}   {(int)elapsed.TotalHours:00}:{elapsed:mm\\:ss}";

    private static MarketRecorder Open(string folder, RecordingOptions recording, WarningLines log)
    {
        if (File.Exists(folder))
        {
            throw new ToolException(ExitCode.Usage, $"--to must be a folder, but {folder} is a file.");
        }

        try
        {
            return new MarketRecorder(folder, recording, log);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Failure, refused.Message, refused);
        }
    }

    private static async Task DrawAsync(Func<FeedState> state, MarketRecorder recorder, LiveLine line, TimeProvider time, CancellationToken cancellationToken)
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

            line.Show(Progress(recorded, state(), rate, time.GetElapsedTime(begun)));
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
