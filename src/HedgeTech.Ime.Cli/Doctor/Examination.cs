using HedgeTech.Ime.Cli.Doctor.Checks;
using HedgeTech.Ime.Cli.Doctor.Output;
using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>Runs the steps in order. A step that cannot run after a fault is skipped, with the reason.</summary>
internal static class Examination
{
    private static readonly ICheck[] Checks =
        [new NameCheck(), new TcpCheck(), new TlsCheck(), new ClockCheck(), new LoginCheck(), new HandshakeCheck(), new FirstFrameCheck(), new StreamCheck()];

    /// <summary>Runs the examination. If it is cancelled, returns what it has found until then.</summary>
    public static async Task<DoctorReport> RunAsync(DoctorSettings settings, IDoctorOutput output, CancellationToken cancellationToken)
    {
        TimeProvider time = settings.Time;
        DateTimeOffset startedAt = time.GetUtcNow();
        await using CaseFile file = new(settings);
        string address = file.Options.BaseAddress.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        output.Begin(address);
        List<StepReport> steps = [];
        string? blocked = null;
        foreach (ICheck check in Checks)
        {
            // The answer that showed the certificate also contained the clock.
            StepReport report = blocked is not null && !(check is ClockCheck && file.Plain?.Exchange is not null)
                ? CaseFile.Skip(check.Step, blocked)
                : await RunAsync(check);
            steps.Add(report);
            output.EndStep(report);
        }

        DoctorReport whole = new()
        {
            StartedAt = startedAt,
            Address = address,
            Contracts = [.. settings.Contracts ?? Enumerable.Empty<ContractKey>()],
            Steps = steps,
            Logins = file.Transport.Logins,
            WasCancelled = cancellationToken.IsCancellationRequested,
        };
        output.End(whole);
        return whole;

        async Task<StepReport> RunAsync(ICheck check)
        {
            output.BeginStep(check.Step);
            Outcome outcome = new();
            long start = time.GetTimestamp();
            try
            {
                await check.RunAsync(file, outcome, new Notes(output), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                outcome.SkippedBecause = "the examination was stopped";
                outcome.Block(outcome.SkippedBecause);
            }

            blocked ??= outcome.Blocks;
            return outcome.ToReport(check.Step, time.GetElapsedTime(start));
        }
    }

    private sealed class Notes(IDoctorOutput output) : IProgress<string>
    {
        public void Report(string value) => output.Note(value);
    }
}
