using HedgeTech.Ime.Cli.Doctor.Report;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>One step of the examination.</summary>
internal interface ICheck
{
    DoctorStep Step { get; }

    /// <summary>Runs the check within the limits of the settings.</summary>
    /// <param name="file">What is known so far. The check adds what it finds out.</param>
    /// <param name="outcome">Gets the results of the check.</param>
    /// <param name="progress">Gets notes on the progress of a long check.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    Task RunAsync(CaseFile file, Outcome outcome, IProgress<string> progress, CancellationToken cancellationToken);
}
