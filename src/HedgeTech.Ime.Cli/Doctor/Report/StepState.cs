namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The result of a step.</summary>
internal enum StepState
{
    /// <summary>Everything works.</summary>
    Passed,

    /// <summary>It works, but there is a warning.</summary>
    Warned,

    /// <summary>Something is broken.</summary>
    Failed,

    /// <summary>The step could not run.</summary>
    Skipped,
}
