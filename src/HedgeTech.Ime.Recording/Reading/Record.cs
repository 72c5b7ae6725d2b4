using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>One intact record.</summary>
/// <param name="header">Its header.</param>
/// <param name="payload">Its payload; valid until the next record is read.</param>
internal readonly ref struct Record(RecordHeader header, ReadOnlySpan<byte> payload)
{
    public readonly RecordHeader Header = header;

    public readonly ReadOnlySpan<byte> Payload = payload;
}
