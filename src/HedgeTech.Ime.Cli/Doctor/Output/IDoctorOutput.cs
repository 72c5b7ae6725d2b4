using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Output;

/// <summary>Shows an examination. Called in order, by one thread at a time.</summary>
internal interface IDoctorOutput
{
    /// <summary>The examination starts.</summary>
    void Begin(string address);

    /// <summary>A step starts.</summary>
    void BeginStep(DoctorStep step);

    /// <summary>Something happened in the step that is worth showing at once.</summary>
    void Note(string text);

    /// <summary>A step has ended, or was skipped.</summary>
    void EndStep(StepReport report);

    /// <summary>The examination has ended.</summary>
    void End(DoctorReport report);
}
