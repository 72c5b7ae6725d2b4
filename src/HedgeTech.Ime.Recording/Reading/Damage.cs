namespace HedgeTech.Ime.Recording.Reading;

/// <summary>A place of a file that cannot be read.</summary>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Records">How many records are missing; null if that is not known.</param>
/// <param name="Reason">What is wrong.</param>
internal sealed record Damage(long Offset, long Length, long? Records, string Reason);
