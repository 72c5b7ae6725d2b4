namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The whole examination. It holds no secret: no password, no token, no user name.</summary>
internal sealed record DoctorReport
{
    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The address that was examined, without a user part or a query.</summary>
    public required string Address { get; init; }

    /// <summary>The contracts that were asked for; empty if none was named.</summary>
    public required IReadOnlyList<ContractKey> Contracts { get; init; }

    /// <summary>The steps, in order, skipped ones included.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }

    /// <summary>Logins that were sent: an account is never hammered.</summary>
    public required int Logins { get; init; }

    /// <summary>Whether somebody ended it before its end.</summary>
    public required bool WasCancelled { get; init; }

    /// <summary>All that is wrong, in the order in which it was found.</summary>
    public IEnumerable<Finding> Findings => Steps.SelectMany(static step => step.Findings);

    /// <summary>What is broken; the first is the one to mend first.</summary>
    public IEnumerable<Finding> Faults => Findings.Where(static finding => finding.Severity == Severity.Fault);

    /// <summary>0 if nothing is broken, or the number of the first fault's class; 130 if it was ended by Ctrl+C before anything was found.</summary>
    public int ExitCode => Faults.FirstOrDefault() is { } first ? (int)first.Class : WasCancelled ? 130 : 0;

    /// <summary>What follows the verdict in small print: what the examination cost, and what the program ends with.</summary>
    public string Footnote => WasCancelled && !Faults.Any() ? $"Logins sent: {Logins}." : $"Logins sent: {Logins}. Exit code {ExitCode}.";

    /// <summary>The result in one sentence.</summary>
    public string Verdict
    {
        get
        {
            int faults = Faults.Count();
            int warnings = Findings.Count() - faults;
            string also = warnings switch { 0 => "", 1 => " One thing deserves a look.", _ => $" {warnings} things deserve a look." };
            return (faults, WasCancelled, Steps.Any(static step => step.State == StepState.Skipped && step.Step >= DoctorStep.FirstFrame)) switch
            {
                (1, _, _) => $"One fault: {Titles.Of(Faults.First().Class)}.{also}",
                ( > 1, _, _) => $"{faults} faults; mend {Titles.Of(Faults.First().Class)} first.{also}",
                (_, true, _) => $"Ended before its end; no fault until then.{also}",
                (_, _, true) => $"No fault as far as could be seen.{also}",
                _ => $"No fault found.{also}",
            };
        }
    }
}
