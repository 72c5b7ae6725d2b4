namespace HedgeTech.Ime.Recording.Writing;

/// <summary>What the writer tells others of itself.</summary>
/// <param name="Snapshots">Snapshots written.</param>
/// <param name="Events">Events written.</param>
/// <param name="Bytes">Bytes written.</param>
/// <param name="Segments">Segments begun.</param>
/// <param name="LastFlushedAt">When all was on the disk.</param>
/// <param name="Failure">Why nothing can be written now; null while it can.</param>
internal sealed record WriterState(long Snapshots, long Events, long Bytes, int Segments, DateTimeOffset? LastFlushedAt, string? Failure);
