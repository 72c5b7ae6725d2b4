namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The report of an examination. It contains no password, no token and no user name.</summary>
internal sealed record DoctorReport
{
    /// <summary>When the examination started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The examined address, without user info or query.</summary>
    public required string Address { get; init; }

    /// <summary>The requested contracts; empty if none was named.</summary>
    public required IReadOnlyList<ContractKey> Contracts { get; init; }

    /// <summary>The steps in order, including skipped ones.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }

    /// <summary>The number of logins sent. It is limited, to protect the account.</summary>
    public required int Logins { get; init; }

    /// <summary>Whether the examination was stopped early.</summary>
    public required bool WasCancelled { get; init; }

    /// <summary>All findings, in the order in which they were found.</summary>
    public IEnumerable<Finding> Findings => Steps.SelectMany(static step => step.Findings);

    /// <summary>The faults. The first one should be fixed first.</summary>
    public IEnumerable<Finding> Faults => Findings.Where(static finding => finding.Severity == Severity.Fault);

    /// <summary>0 if there are no faults, otherwise the number of the first fault's class; 130 if Ctrl+C stopped the examination before a fault was found.</summary>
    public int ExitCode => Faults.FirstOrDefault() is { } first ? (int)first.Class : WasCancelled ? 130 : 0;

    /// <summary>The text after the verdict: the number of logins and the exit code.</summary>
    public string Footnote => WasCancelled && !Faults.Any() ? $"Logins sent: {Logins}." : $"Logins sent: {Logins}. Exit code {ExitCode}.";

    /// <summary>The result in one sentence.</summary>
    public string Verdict
    {
        get
        {
            int faults = Faults.Count();
            int warnings = Findings.Count() - faults;
            string also = warnings switch { 0 => "", 1 => " There is one warning.", _ => $" There are {warnings} warnings." };
            return (faults, WasCancelled, Steps.Any(static step => step.State == StepState.Skipped && step.Step >= DoctorStep.FirstFrame)) switch
            {
                (1, _, _) => $"One fault: {Titles.Of(Faults.First().Class)}.{also}",
                ( > 1, _, _) => $"{faults} faults. Fix {Titles.Of(Faults.First().Class)} first.{also}",
                (_, true, _) => $"Stopped early. No fault until then.{also}",
                (_, _, true) => $"No fault in the steps that could run.{also}",
                _ => $"No fault found.{also}",
            };
        }
    }
}
