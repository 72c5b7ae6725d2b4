namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>A fault or warning, and what to do about it. Contains no secrets.</summary>
/// <param name="Severity">The severity.</param>
/// <param name="Class">The kind of fault.</param>
/// <param name="What">What is wrong, in one or two sentences.</param>
/// <param name="Remedy">What to do, in one or two sentences.</param>
internal sealed record Finding(Severity Severity, FaultClass Class, string What, string Remedy);
