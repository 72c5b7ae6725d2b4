using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Watch;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Relay;

/// <summary>Publishes until it is asked to end, and shows its progress.</summary>
internal static class RelayRun
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Publishes, or stands by, until Ctrl+C.</summary>
    /// <exception cref="ToolException">An option is wrong.</exception>
    /// <exception cref="InvalidOperationException">Redis or the relay in it refuses the publisher.</exception>
    /// <exception cref="ImeException">The service refuses the account or the contracts.</exception>
    public static async Task<ExitCode> RunAsync(ImeClientOptions account, ContractSet contracts, RelayOptions options, CancellationToken cancellationToken)
    {
        LiveLine line = new();
        await using ImeClient client = new(account);
        await using RelayPublisher publisher = RelayArguments.Create(RelayArguments.ToPublish, () => new RelayPublisher(client, contracts, options, new WarningLines(line.Above)));
        using CancellationTokenSource stopDrawing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken); // the lease that it gives up at the end is no news
        Task drawing = DrawAsync(publisher, line, TimeProvider.System, stopDrawing.Token);
        try
        {
            await publisher.RunAsync(cancellationToken);
        }
        finally
        {
            await stopDrawing.CancelAsync();
            await drawing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            line.Clear();
        }

        RelayPublisherStatistics written = publisher.Statistics;
        await Console.Out.WriteLineAsync($"{Quantities.Count(written.Messages, "message")} published, {(written.Dropped == 0 ? "none" : Numbers.Whole(written.Dropped))} dropped.");
        return written.Dropped == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>The line that shows how the relay goes.</summary>
    public static string Progress(RelayRole role, RelayPublisherStatistics written, bool isReachable, long rate, long? readers, TimeSpan elapsed)
    {
        string state = !isReachable ? "✕ no answer from Redis" : role == RelayRole.Leading ? "● leading" : written.IsReady ? "○ standing by" : "○ standing by, not in step yet";
        return $" {state}   {Numbers.Whole(rate)}/s   lag {written.Lag.TotalMilliseconds:0} ms   {(readers is { } count ? Quantities.Count(count, "reader") : "readers unknown")}   {(int)elapsed.TotalHours:00}:{elapsed:mm\\:ss}";
    }

    private static async Task DrawAsync(RelayPublisher publisher, LiveLine line, TimeProvider time, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        (long countedAt, long counted, long rate, long? readers) = (begun, 0, 0, null);
        RelayRole? shown = null;
        while (true)
        {
            RelayPublisherStatistics written = publisher.Statistics;
            bool isReachable = time.GetUtcNow() - written.LastAnswerAt < TimeSpan.FromSeconds(5);
            if (isReachable && publisher.Role != shown)
            {
                shown = publisher.Role;
                line.Above($"{time.GetUtcNow().InTehran():HH:mm:ss.fff} {(shown == RelayRole.Leading ? "leading" : "standing by")}");
            }

            if (time.GetElapsedTime(countedAt) is { TotalSeconds: >= 1 } elapsed)
            {
                rate = (long)Math.Round((written.Messages - counted) / elapsed.TotalSeconds);
                (counted, countedAt) = (written.Messages, time.GetTimestamp());
                readers = await publisher.CountReadersAsync(cancellationToken);
            }

            line.Show(Progress(publisher.Role, written, isReachable, rate, readers, time.GetElapsedTime(begun)));
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
