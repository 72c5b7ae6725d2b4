using System.Globalization;
using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Watches the stream for a while: rate, delay, gaps, drops, silence.</summary>
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
            // What was seen until now is still worth reporting.
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
            // The service's clock is known to the second, so a computed delay may be negative.
            outcome.Detail($"delay from the service's timestamp: median {Signed(tally.Delays.Quantile(0.5))}, 99 of 100 within {Signed(tally.Delays.Quantile(0.99))} (if the clocks agree)");
        }

        int asked = file.Feed!.Contracts.Count;
        outcome.Detail($"{Words.Count(tally.Interruptions.Count, "interruption", "interruptions")}{(tally.Gaps.Length > TimeSpan.Zero ? $", {Words.Seconds(tally.Gaps.Length)} of gaps" : "")}; {tally.Dropped} dropped; {tally.Rejected} unreadable; longest silence {Words.Seconds(tally.LongestSilence)}");
        if (asked > 1)
        {
            outcome.Detail($"{tally.Heard} of {asked} contracts sent something");
        }
    }

    /// <summary>Adds the faults and warnings that follow from what was seen.</summary>
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
                $"A connection was open but mute for {Words.Seconds(mute)}, while a new one delivered messages at once: the service had forgotten it.",
                "Keep Feed.SilenceTimeout at a minute or less, so that the client replaces such a connection automatically. Tell the service's operator.");
        }

        if (tally.Rejected > 0)
        {
            outcome.Fault(FaultClass.Stream, $"{Words.Count(tally.Rejected, "message", "messages")} could not be read: {tally.RejectedBecause}", "Update the tool. If it is already the newest version, report this to its developers: the service's messages have changed.");
        }

        if (tally.Dropped > 0)
        {
            outcome.Fault(FaultClass.Stream, $"{Words.Count(tally.Dropped, "message", "messages")} were dropped because this machine did not keep up.", "Check what else uses the processor, and request fewer contracts at a time.");
        }

        if (!tally.Delays.IsEmpty && tally.Delays.Quantile(0.5) is var delay && delay > Late)
        {
            bool isOld = delay > TimeSpan.FromMinutes(2);
            outcome.Fault(
                FaultClass.Stream,
                $"Messages arrive {Words.Seconds(delay)} after their timestamp.",
                isOld
                    ? "They are not current: the service replays old data, or its source has stopped. Compare with the exchange's website, and tell the service's operator."
                    : "Something on the way delays them: a slow or overloaded link, a VPN, or a proxy that buffers. Try another network, and request fewer contracts at a time.");
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
                outcome.Detail("part of the silence was outside the trading hours, which is normal");
                break;
            case { } when tally.Snapshots == 0:
                outcome.Fault(FaultClass.Silence, $"The market is open according to Feed.TradingHours, but nothing arrived for {Words.Seconds(watched)}.", "Check on the exchange's website whether it trades today. If it does, tell the service's operator.");
                break;
            default:
                outcome.Warn(FaultClass.Silence, $"Nothing arrived for {Words.Seconds(tally.LongestSilence)}.", "That is normal if the market is closed or the contract is rarely traded. Otherwise, tell the service's operator.");
                break;
        }
    }

    private static string Remedy(InterruptionReason reason) => reason switch
    {
        InterruptionReason.Closed => "The client reconnected automatically. If this continues, tell the service's operator what the server said when it closed the connection.",
        InterruptionReason.KeepAliveTimeout => "The path to the service fails silently, as on mobile and overloaded links. Try another network. The client reconnects automatically.",
        InterruptionReason.Refused or InterruptionReason.LoginFailed => "Let only one program use the account at a time. Do not use a VPN or carrier that changes this machine's address.",
        _ => "The network, or a proxy or firewall that does not allow long connections, cuts it. Try another network. The client reconnects automatically.",
    };

    private static string Signed(TimeSpan span) => $"{(span < TimeSpan.Zero ? "-" : "")}{Words.Seconds(span)}";
}
