using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Output;

/// <summary>Prints only the finished report, in one form: the summary for a ticket, or JSON.</summary>
internal sealed class FinalOutput(TextWriter writer, Func<DoctorReport, string> form) : IDoctorOutput
{
    public void Begin(string address)
    {
    }

    public void BeginStep(DoctorStep step)
    {
    }

    public void Note(string text)
    {
    }

    public void EndStep(StepReport report)
    {
    }

    public void End(DoctorReport report) => writer.WriteLine(form(report));
}
