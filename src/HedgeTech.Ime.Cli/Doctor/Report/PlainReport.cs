using System.Globalization;
using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The report as plain lines, for a pipe, a file or a ticket.</summary>
internal static class PlainReport
{
    private const int TitleWidth = 14;

    /// <summary>Returns what a ticket needs, without secrets: versions, time, address, one line per step, the faults and what to do.</summary>
    public static IEnumerable<string> Summary(DoctorReport report)
    {
        yield return $"ime doctor {Version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}";
        yield return string.Create(CultureInfo.InvariantCulture, $"{report.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {report.Address}, {(report.Contracts.Count == 0 ? "no contract named" : $"contracts: {Words.List(report.Contracts)}")}");
        foreach (StepReport step in report.Steps)
        {
            yield return Line(step);
        }

        foreach (string line in report.Findings.SelectMany(Lines).Concat(Ending(report)))
        {
            yield return line;
        }
    }

    /// <summary>Returns the lines of a step, with its details and findings.</summary>
    public static IEnumerable<string> Lines(StepReport step) =>
        [Line(step), .. step.Details.Select(static detail => $"      {detail}"), .. step.Findings.SelectMany(Lines).Select(static line => $"      {line}")];

    /// <summary>Returns the last lines of every report.</summary>
    public static IEnumerable<string> Ending(DoctorReport report) =>
        [$"{report.Verdict} {report.Footnote}"];

    private static string Version => typeof(ImeClient).Assembly.GetName().Version!.ToString(3);

    private static string Line(StepReport step) => step.State == StepState.Skipped
        ? $"{Mark(step.State),-4}  {step.Title,-TitleWidth}  {"",7}  {step.Summary}"
        : $"{Mark(step.State),-4}  {step.Title,-TitleWidth}  {Words.Seconds(step.Elapsed),7}  {step.Summary}";

    private static IEnumerable<string> Lines(Finding finding) =>
        [$"{(finding.Severity == Severity.Fault ? "FAULT" : "warning")} ({Titles.Of(finding.Class)}): {finding.What}", $"  what to do: {finding.Remedy}"];

    private static string Mark(StepState state) => state switch
    {
        StepState.Passed => "ok",
        StepState.Warned => "warn",
        StepState.Failed => "FAIL",
        StepState.Skipped => "skip",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
