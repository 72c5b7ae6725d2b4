namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>Worth a look; nothing is broken.</summary>
    Warning,

    /// <summary>Something is broken.</summary>
    Fault,
}
