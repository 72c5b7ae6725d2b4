using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>One step of the examination.</summary>
internal interface ICheck
{
    DoctorStep Step { get; }

    /// <summary>Looks, within the bounds of the settings, and writes down what it sees.</summary>
    /// <param name="file">What is known so far; what this step finds out goes into it.</param>
    /// <param name="outcome">What this step has to say.</param>
    /// <param name="progress">Told what happens meanwhile, where the step is long.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken);
}
