using System.Globalization;
using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>How the stream does for a while: rate, delay, gaps, drops, silence.</summary>
internal sealed class StreamCheck : ICheck
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(3);

    public DoctorStep Step => DoctorStep.Stream;

    public async Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        TimeProvider time = file.Settings.Time;
        StreamTally tally = new(file);
        FeedStatistics before = file.Feed!.Statistics;
        DateTimeOffset startedAt = time.GetUtcNow();
        long start = time.GetTimestamp();
        ImeException? ended = null;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Task deadline = Task.Delay(file.Settings.StreamFor, time, over.Token);
            while (await file.Feed.NextAsync(deadline, cancellationToken) is { } carried)
            {
                if (tally.Add(carried) is { } note)
                {
                    progress.Report($"{Words.Seconds(time.GetElapsedTime(start))}: {note}");
                }
            }
        }
        catch (ImeException failure)
        {
            ended = failure;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was seen until now is worth telling.
        }
        finally
        {
            await over.CancelAsync();
        }

        TimeSpan watched = time.GetElapsedTime(start);
        tally.End(startedAt, time.GetUtcNow());
        Tell(file, outcome, tally, watched, file.Feed.Statistics.Bytes - before.Bytes);
        if (ended is not null)
        {
            StreamEnding.Explain(file, outcome, ended);
        }

        Judge(file, outcome, tally, watched, startedAt);
    }

    private static void Tell(CaseFile file, Outcome outcome, StreamTally tally, TimeSpan watched, long bytes)
    {
        outcome.Summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{Words.Count(tally.Snapshots, "message", "messages")} in {Words.Seconds(watched)} ({tally.Snapshots / Math.Max(watched.TotalSeconds, 0.001):0.#} a second, {bytes / 1024:#,0} KiB)");
        if (!tally.Delays.IsEmpty)
        {
            // The service's clock is known to the second, so a delay may come out below zero.
            outcome.Detail($"delay from the service's timestamp: median {Signed(tally.Delays.Quantile(0.5))}, 99 of 100 within {Signed(tally.Delays.Quantile(0.99))} (as far as the clocks agree)");
        }

        int asked = file.Feed!.Contracts.Count;
        outcome.Detail($"{Words.Count(tally.Interruptions.Count, "interruption", "interruptions")}{(tally.Gaps > TimeSpan.Zero ? $", {Words.Seconds(tally.Gaps)} of gaps" : "")}; {tally.Dropped} dropped; {tally.Rejected} unreadable; longest silence {Words.Seconds(tally.LongestSilence)}");
        if (asked > 1)
        {
            outcome.Detail($"{tally.Heard} of {asked} contracts sent something");
        }
    }

    /// <summary>What of all that was seen is wrong.</summary>
    internal static void Judge(CaseFile file, Outcome outcome, StreamTally tally, TimeSpan watched, DateTimeOffset startedAt)
    {
        if (tally.Interruptions.Count > 0)
        {
            FeedInterrupted[] all = [.. tally.Interruptions];
            string often = all.Length == 1 ? "was interrupted once" : $"was interrupted {all.Length} times";
            outcome.Fault(FaultClass.Stream, $"The stream {often} in {Words.Seconds(watched)}: {string.Join("; ", all.Select(tally.Reason).Distinct().Take(3))}.", Remedy(all[0].Reason));
        }

        if (tally.MuteFor is { } mute)
        {
            outcome.Fault(
                FaultClass.Stream,
                $"A connection stood, but was mute for {Words.Seconds(mute)}, while a fresh one brought messages at once: the service had forgotten it.",
                "Leave Feed.SilenceTimeout at a minute or less: then the client replaces such a connection by itself. Tell the service's operator.");
        }

        if (tally.Rejected > 0)
        {
            outcome.Fault(FaultClass.Stream, $"{Words.Count(tally.Rejected, "message", "messages")} could not be read: {tally.RejectedBecause}", "Update the tool. If it is the newest, send this report to its makers: the service's messages have changed.");
        }

        if (tally.Dropped > 0)
        {
            outcome.Fault(FaultClass.Stream, $"{Words.Count(tally.Dropped, "message", "messages")} were dropped, as this machine did not keep up.", "See what else uses the processor; ask for fewer contracts at a time.");
        }

        if (!tally.Delays.IsEmpty && tally.Delays.Quantile(0.5) is var delay && delay > Late)
        {
            bool isOld = delay > TimeSpan.FromMinutes(2);
            outcome.Fault(
                FaultClass.Stream,
                $"Messages come {Words.Seconds(delay)} after their timestamp.",
                isOld
                    ? "They were not made just now: the service replays, or its source stands still. Compare with the exchange's web site, and tell the service's operator."
                    : "Something on the way holds them back: a slow or full line, a VPN, or a proxy that buffers. Try another network; ask for fewer contracts at a time.");
        }

        JudgeSilence(file, outcome, tally, watched, startedAt);
    }

    private static void JudgeSilence(CaseFile file, Outcome outcome, StreamTally tally, TimeSpan watched, DateTimeOffset startedAt)
    {
        TimeSpan tooLong = file.Options.Feed.SilenceTimeout;
        if (tally.Snapshots > 0 && (tooLong == Timeout.InfiniteTimeSpan || tally.LongestSilence < tooLong))
        {
            return;
        }

        DateTimeOffset now = file.Settings.Time.GetUtcNow();
        switch (file.Options.Feed.TradingHours)
        {
            case { } hours when hours.OpenTimeBetween(startedAt, now) < tally.LongestSilence:
                outcome.Detail("part of the silence was outside the trading hours, where it is as it should be");
                break;
            case { } when tally.Snapshots == 0:
                outcome.Fault(FaultClass.Silence, $"The market is open by Feed.TradingHours, but nothing came for {Words.Seconds(watched)}.", "Look at the exchange's web site whether it trades today; if it does, tell the service's operator.");
                break;
            default:
                outcome.Warn(FaultClass.Silence, $"Nothing came for {Words.Seconds(tally.LongestSilence)} at a stretch.", "If the market is closed, or the contract is hardly traded, that is as it should be; if not, tell the service's operator.");
                break;
        }
    }

    private static string Remedy(InterruptionReason reason) => reason switch
    {
        InterruptionReason.Closed => "The client came back by itself. If it goes on, tell the service's operator what the server said when it closed.",
        InterruptionReason.KeepAliveTimeout => "The way to the service breaks without a word, as mobile and overloaded lines do: try another network. The client comes back by itself.",
        InterruptionReason.Refused or InterruptionReason.LoginFailed => "Let one program use the account at a time; use no VPN or carrier that changes this machine's address.",
        _ => "The line, or a proxy or firewall that bears no long connections, cuts it: try another network. The client comes back by itself.",
    };

    private static string Signed(TimeSpan span) => $"{(span < TimeSpan.Zero ? "-" : "")}{Words.Seconds(span)}";
}
