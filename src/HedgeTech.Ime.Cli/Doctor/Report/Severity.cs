namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The severity of a finding.</summary>
internal enum Severity
{
    /// <summary>Worth checking, but nothing is broken.</summary>
    Warning,

    /// <summary>Something is broken.</summary>
    Fault,
}
