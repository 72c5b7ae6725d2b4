namespace HedgeTech.Ime.Recording.Reading;

/// <summary>The uncompressed bytes of a segment, one after the other.</summary>
/// <remarks>Not thread-safe.</remarks>
internal abstract class SegmentInput : IDisposable
{
    /// <summary>Reads on. Returns 0 at the end only.</summary>
    public abstract int Read(Span<byte> destination);

    /// <summary>Where in the file a byte stands: for a compressed segment, where the block begins that holds it.</summary>
    /// <param name="position">Of the byte, counted from the first that was read. Never before that of an earlier call.</param>
    public abstract long PlaceOf(long position);

    /// <summary>Reads on from an earlier byte; false if the input cannot.</summary>
    /// <param name="position">Of the byte, counted from the first that was read.</param>
    public virtual bool TryReturn(long position) => false;

    public abstract void Dispose();
}
