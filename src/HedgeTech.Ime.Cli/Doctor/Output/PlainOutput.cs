using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Output;

/// <summary>Prints plain lines, each as soon as it is known, if the output is not a terminal.</summary>
internal sealed class PlainOutput(TextWriter writer) : IDoctorOutput
{
    public void Begin(string address) => writer.WriteLine($"ime doctor examines {address}");

    public void BeginStep(DoctorStep step)
    {
        // A file does not need lines that a later one repeats.
    }

    public void Note(string text) => writer.WriteLine($"      {text}");

    public void EndStep(StepReport report) => Write(PlainReport.Lines(report));

    public void End(DoctorReport report) => Write(PlainReport.Ending(report));

    private void Write(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            writer.WriteLine(line);
        }

        writer.Flush();
    }
}
