namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>How a step went.</summary>
internal enum StepState
{
    /// <summary>All is well.</summary>
    Passed,

    /// <summary>It works, but something deserves a look.</summary>
    Warned,

    /// <summary>Something is broken.</summary>
    Failed,

    /// <summary>It could not be tried.</summary>
    Skipped,
}
