using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>Compares the service's clock, from its answers, with this machine's.</summary>
internal sealed class ClockCheck : ICheck
{
    private static readonly TimeSpan Harmless = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Harmful = TimeSpan.FromSeconds(30);

    public DoctorStep Step => DoctorStep.Clock;

    public Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (file.Plain?.Exchange is not { Date: { } date, RoundTrip: var roundTrip })
        {
            outcome.SkippedBecause = file.Plain?.Exchange is null ? "a plain request was not answered" : "the service does not send its time";
            return Task.CompletedTask;
        }

        // The header is truncated to the second, and was written at an unknown moment of the round trip.
        TimeSpan ahead = date + TimeSpan.FromSeconds(0.5) - (file.Plain.ReceivedAt - (roundTrip / 2));
        TimeSpan uncertainty = TimeSpan.FromSeconds(0.5) + (roundTrip / 2);
        if (ahead.Duration() <= uncertainty + TimeSpan.FromSeconds(0.2))
        {
            outcome.Summary = "the service's clock agrees with this machine's to the second";
            return Task.CompletedTask;
        }

        file.ClockOffset = ahead;
        string direction = ahead > TimeSpan.Zero ? "ahead of" : "behind";
        outcome.Summary = $"the service's clock is {Words.Seconds(ahead)} {direction} this machine's (± {Words.Seconds(uncertainty)})";
        if (ahead.Duration() - uncertainty <= Harmless)
        {
            return Task.CompletedTask;
        }

        string what = $"The service's clock says {date.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, this machine's {file.Plain.ReceivedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {Words.Seconds(ahead)} {direction} this machine's.";
        const string Remedy = "Compare this machine with a time server: timedatectl (on Windows: w32tm /query /status), and set its clock with timedatectl set-ntp true. If it is right, the service's clock is wrong: tell its operator.";
        if (ahead.Duration() <= Harmful)
        {
            outcome.Warn(FaultClass.Clock, $"{what} The ages of prices are wrong by that much.", Remedy);
        }
        else
        {
            outcome.Fault(FaultClass.Clock, $"{what} The ages of prices are wrong by that much, and tokens seem to expire too early or too late.", Remedy);
        }

        return Task.CompletedTask;
    }
}
