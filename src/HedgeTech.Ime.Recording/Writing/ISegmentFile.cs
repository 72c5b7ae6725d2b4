namespace HedgeTech.Ime.Recording.Writing;

/// <summary>A segment that is being written. A seam: tests put a full or slow disk in its place.</summary>
internal interface ISegmentFile : IDisposable
{
    /// <summary>Whether the file is still where it was made.</summary>
    bool IsThere { get; }

    /// <summary>Writes all of the bytes.</summary>
    /// <exception cref="IOException">They could not be written; some of them may have been.</exception>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    void SetLength(long length);

    /// <summary>Brings what was written to the disk.</summary>
    void Flush();
}
