namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>One compressed block of a segment: a zstd frame that begins with a mark, the first with the begin.</summary>
/// <param name="Place">Where in the file it begins.</param>
/// <param name="PackedLength">Its length in the file.</param>
/// <param name="Length">The length of its content.</param>
/// <param name="MaxBefore">The latest time of a record before it, in UTC ticks.</param>
internal readonly record struct SealedBlock(long Place, int PackedLength, int Length, long MaxBefore);
