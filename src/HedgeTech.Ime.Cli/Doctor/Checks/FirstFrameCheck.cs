using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Checks whether a message arrives, and whether its timestamp is read with the right offset.</summary>
internal sealed class FirstFrameCheck : ICheck
{
    /// <summary>How many timestamps must agree before they count as evidence against the settings.</summary>
    private const int Witnesses = 3;

    private static readonly TimeSpan WaitForWitnesses = TimeSpan.FromSeconds(2);

    public DoctorStep Step => DoctorStep.FirstFrame;

    public async Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        TimeProvider time = file.Settings.Time;
        file.TimestampOffset = file.Options.TimestampOffset;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<MarketSnapshot> snapshots = [];
        try
        {
            Task deadline = Task.Delay(file.Settings.ServiceBound, time, over.Token);
            while (snapshots.Count < Witnesses && await file.Feed!.NextAsync(deadline, cancellationToken) is { } carried)
            {
                if (carried is FrameRejected rejected)
                {
                    outcome.Fault(FaultClass.Stream, $"A message cannot be read: {file.Text.Clean(rejected.Reason)}", "Update the tool. If it is already the newest version, report this to its developers: the service's messages have changed.");
                    break;
                }

                if (carried is MarketSnapshot snapshot)
                {
                    if (snapshots.Count == 0)
                    {
                        outcome.Summary = $"{Words.Name(snapshot.Contract)}, {Words.Seconds(snapshot.ReceivedAt - (file.Feed!.ConnectedAt ?? snapshot.ReceivedAt))} after the handshake";
                        deadline = Task.Delay(WaitForWitnesses, time, over.Token);
                    }

                    snapshots.Add(snapshot);
                }
            }
        }
        catch (ImeException ended)
        {
            outcome.Summary = "the stream ended before any message";
            StreamEnding.Explain(file, outcome, ended);
            outcome.Block("the stream has ended");
            return;
        }
        finally
        {
            await over.CancelAsync();
        }

        if (snapshots.Count > 0)
        {
            JudgeTimestamps(file, outcome, snapshots);
        }
        else if (outcome.Summary.Length == 0)
        {
            JudgeSilence(file, outcome);
        }
    }

    private static void JudgeTimestamps(CaseFile file, Outcome outcome, List<MarketSnapshot> snapshots)
    {
        TimestampReading[] readings = [.. snapshots.Select(snapshot => TimestampReading.Of(snapshot, file.Options.TimestampOffset, file.ClockOffset)).OfType<TimestampReading>()];
        if (readings.Length == 0)
        {
            outcome.Detail("the messages have no timestamp, or one that includes an offset");
            return;
        }

        TimeSpan delay = readings[^1].Delay;
        TimeSpan[] offsets = [.. readings.Select(static reading => reading.RightOffset).OfType<TimeSpan>().Distinct()];
        if (offsets is [var right] && readings.All(static reading => reading.RightOffset is not null) && right != file.Options.TimestampOffset)
        {
            file.TimestampOffset = right;
            outcome.Fault(
                FaultClass.TimestampOffset,
                $"The timestamps are {Words.Seconds(delay)} {(delay > TimeSpan.Zero ? "behind" : "ahead of")} the clock when read at UTC{Words.SignedOffset(file.Options.TimestampOffset)}; at UTC{Words.SignedOffset(right)} they fit.",
                $"Set TimestampOffset to \"{Words.Offset(right)}\".");
        }
        else if (offsets.Length == 0)
        {
            outcome.Detail($"its timestamp is {Words.Seconds(delay)} {(delay > TimeSpan.Zero ? "old" : "in the future")}: it is not current, as is normal when the market is closed");
        }
        else
        {
            outcome.Detail($"its timestamp fits UTC{Words.SignedOffset(file.TimestampOffset)}");
        }
    }

    private static void JudgeSilence(CaseFile file, Outcome outcome)
    {
        string span = Words.Seconds(file.Settings.ServiceBound);
        outcome.Summary = $"nothing in {span}";
        DateTimeOffset now = file.Settings.Time.GetUtcNow();
        switch (file.Options.Feed.TradingHours)
        {
            case null:
                outcome.Warn(
                    FaultClass.Silence,
                    $"The service accepted the stream, but sent nothing for {span}. That is normal if the market is closed now or the contract is rarely traded. Otherwise, the service has lost the subscription.",
                    "Name a contract that is traded often, while the market is open. If you set Feed.TradingHours, the tool can tell a fault from a closed market.");
                break;
            case { } hours when hours.IsOpen(now):
                outcome.Fault(
                    FaultClass.Silence,
                    $"The market is open according to Feed.TradingHours, and the service accepted the stream, but sent nothing for {span}, even on a second connection.",
                    "Name a contract that is traded often. If it is silent too, the service sends nothing now, or it is a holiday: check the exchange's website, and tell the service's operator.");
                break;
            case { } hours:
                outcome.Summary += $", as expected: the market is closed{(hours.NextOpen(now) is { } open ? $" until {open:ddd yyyy-MM-dd HH:mm}" : "")} (Feed.TradingHours)";
                outcome.Block("the market is closed");
                break;
        }
    }
}
