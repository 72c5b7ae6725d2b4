namespace HedgeTech.Ime.Recording.Writing;

/// <summary>Some whole records on their way to the file.</summary>
internal sealed class RecordChunk(int capacity)
{
    public const int UsualCapacity = 256 * 1024;

    public byte[] Bytes { get; } = new byte[capacity];

    public int Length { get; set; }

    public Span<byte> Free => Bytes.AsSpan(Length);
}
