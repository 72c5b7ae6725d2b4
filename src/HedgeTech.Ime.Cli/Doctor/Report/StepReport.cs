namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>What one step has shown.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">How it went.</param>
/// <param name="Elapsed">How long it took; zero where it was skipped.</param>
/// <param name="Summary">What was seen, in one line; of a skipped step, why.</param>
/// <param name="Details">More of what was seen, a line each.</param>
/// <param name="Findings">What is wrong, and what to do.</param>
internal sealed record StepReport(
    DoctorStep Step,
    StepState State,
    TimeSpan Elapsed,
    string Summary,
    IReadOnlyList<string> Details,
    IReadOnlyList<Finding> Findings)
{
    /// <summary>What the step is called on the screen.</summary>
    public string Title => Titles.Of(Step);
}
