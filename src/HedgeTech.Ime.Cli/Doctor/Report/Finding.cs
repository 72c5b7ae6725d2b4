namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>Something that is wrong, and what to do about it. Neither holds a secret.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Class">Of what kind it is.</param>
/// <param name="What">What is wrong, in one or two sentences.</param>
/// <param name="Remedy">What to do, in one or two sentences.</param>
internal sealed record Finding(Severity Severity, FaultClass Class, string What, string Remedy);
