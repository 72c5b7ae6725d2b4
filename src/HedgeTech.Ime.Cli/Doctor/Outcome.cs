using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>Collects the results of a check. Not thread-safe.</summary>
internal sealed class Outcome
{
    private readonly List<string> _details = [];
    private readonly List<Finding> _findings = [];

    /// <summary>The result in one line.</summary>
    public string Summary { get; set; } = "";

    /// <summary>Why the steps after this one cannot run, as a text to follow "skipped because"; null if they can.</summary>
    public string? Blocks { get; private set; }

    /// <summary>Why this step could not run; null if it could.</summary>
    public string? SkippedBecause { get; set; }

    public void Detail(string line) => _details.Add(line);

    public void Warn(FaultClass fault, string what, string remedy) => _findings.Add(new Finding(Severity.Warning, fault, what, remedy));

    public void Fault(FaultClass fault, string what, string remedy) => _findings.Add(new Finding(Severity.Fault, fault, what, remedy));

    /// <summary>Records that the steps after this one cannot run.</summary>
    public void Block(string because) => Blocks = because;

    public StepReport ToReport(DoctorStep step, TimeSpan elapsed)
    {
        if (SkippedBecause is not null)
        {
            return CaseFile.Skip(step, SkippedBecause);
        }

        StepState state = _findings.Exists(static finding => finding.Severity == Severity.Fault) ? StepState.Failed
            : _findings.Count > 0 ? StepState.Warned
            : StepState.Passed;
        return new StepReport(step, state, elapsed, Summary, [.. _details], [.. _findings]);
    }
}
