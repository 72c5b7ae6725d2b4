using HedgeTech.Ime.Cli.Doctor.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace HedgeTech.Ime.Cli.Doctor.Output;

/// <summary>Prints in color on a terminal: each step with its mark, and the running step with its time so far.</summary>
internal sealed class TerminalOutput(IAnsiConsole console, TimeProvider time) : IDoctorOutput, IDisposable
{
    private const int MarkWidth = 2;
    private const int TitleWidth = 13;
    private const int TimeWidth = 7;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ITimer? _beat;
    private bool _isLineOpen;
    private string? _unnoted;

    public void Begin(string address)
    {
        console.Write(new Markup($"[bold]ime doctor[/] examines {Markup.Escape(address)}\n\n"));
    }

    public void BeginStep(DoctorStep step)
    {
        long start = time.GetTimestamp();
        _unnoted = Titles.Of(step);
        Show();
        _beat = time.CreateTimer(_ => Show(), null, Beat, Beat);

        void Show()
        {
            lock (_gate)
            {
                string seconds = time.GetElapsedTime(start) is { TotalSeconds: >= 1 } elapsed ? Words.Seconds(TimeSpan.FromSeconds(Math.Floor(elapsed.TotalSeconds))) : "";
                Wipe();
                console.Write(new Markup($"[grey]… {Titles.Of(step),-TitleWidth} {seconds,TimeWidth}[/]"));
                _isLineOpen = true;
            }
        }
    }

    public void Note(string text)
    {
        lock (_gate)
        {
            Wipe();
            if (_unnoted is not null)
            {
                Row(new Markup("[grey]…[/]"), new Markup($"[grey]{_unnoted}[/]"), "", new Text(""));
                _unnoted = null;
            }

            Indented(new Markup($"[grey]{Markup.Escape(text)}[/]"));
        }
    }

    public void EndStep(StepReport report)
    {
        _beat?.Dispose();
        lock (_gate)
        {
            Wipe();
            (string mark, string colour) = report.State switch
            {
                StepState.Passed => ("✓", "green"),
                StepState.Warned => ("!", "yellow"),
                StepState.Failed => ("✗", "red"),
                _ => ("–", "grey"),
            };
            string elapsed = report.State == StepState.Skipped ? "" : Words.Seconds(report.Elapsed);
            Row(new Markup($"[{colour}]{mark}[/]"), new Markup($"[{(report.State == StepState.Skipped ? "grey" : "bold")}]{report.Title}[/]"), elapsed, new Markup(report.State == StepState.Skipped ? $"[grey]{Markup.Escape(report.Summary)}[/]" : Markup.Escape(report.Summary)));
            foreach (string detail in report.Details)
            {
                Indented(new Markup($"[grey]{Markup.Escape(detail)}[/]"));
            }

            foreach (Finding finding in report.Findings)
            {
                Indented(new Markup($"[{(finding.Severity == Severity.Fault ? "red" : "yellow")}]{Markup.Escape(finding.What)}[/]"));
                Indented(new Markup($"[bold]What to do:[/] {Markup.Escape(finding.Remedy)}"));
            }
        }
    }

    public void End(DoctorReport report)
    {
        if (report.Findings.Any())
        {
            // The terminal wraps the lines, so that they can be copied unchanged.
            console.Write(new Markup("\n[grey]To paste into a ticket (it contains no secrets):[/]\n\n"));
            foreach (string line in PlainReport.Summary(report))
            {
                console.Profile.Out.Writer.WriteLine(line);
            }
        }

        // What matters most comes last, just above the prompt.
        string colour = report.Faults.Any() ? "red" : report.Findings.Any() ? "yellow" : "green";
        string remedy = report.Faults.FirstOrDefault() is { } first ? $"[bold]What to do first:[/] {Markup.Escape(first.Remedy)}\n" : "";
        console.Write(new Markup($"\n[bold {colour}]{Markup.Escape(report.Verdict)}[/] [grey]{report.Footnote}[/]\n{remedy}"));
    }

    public void Dispose() => _beat?.Dispose();

    private void Indented(IRenderable text) => Row(new Text(""), new Text(""), "", text);

    private void Row(IRenderable mark, IRenderable title, string elapsed, IRenderable text)
    {
        Grid grid = new();
        grid.AddColumn(Fixed(MarkWidth)).AddColumn(Fixed(TitleWidth)).AddColumn(Fixed(TimeWidth).RightAligned()).AddColumn(new GridColumn().PadLeft(2).PadRight(0));
        grid.AddRow(mark, title, new Markup($"[grey]{elapsed}[/]"), text);
        console.Write(grid);

        static GridColumn Fixed(int width) => new() { Width = width, Padding = new Padding(0, 0, 0, 0), NoWrap = true };
    }

    /// <summary>Removes the line of the running step from the screen.</summary>
    private void Wipe()
    {
        if (_isLineOpen)
        {
            console.Write(new ControlCode("\r\u001b[2K"));
            _isLineOpen = false;
        }
    }
}
