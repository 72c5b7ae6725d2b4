namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The report of one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">The result of the step.</param>
/// <param name="Elapsed">How long the step took; zero if it was skipped.</param>
/// <param name="Summary">The result in one line, or why the step was skipped.</param>
/// <param name="Details">Further results, one line each.</param>
/// <param name="Findings">The faults and warnings, and what to do.</param>
internal sealed record StepReport(
    DoctorStep Step,
    StepState State,
    TimeSpan Elapsed,
    string Summary,
    IReadOnlyList<string> Details,
    IReadOnlyList<Finding> Findings)
{
    /// <summary>The title of the step on the screen.</summary>
    public string Title => Titles.Of(Step);
}
