namespace HedgeTech.Ime.Recording.Format;

/// <summary>The payload of a record that says what is missing in its place.</summary>
/// <param name="Snapshots">How many snapshots.</param>
/// <param name="Events">How many events.</param>
internal readonly record struct LossNote(long Snapshots, long Events)
{
    public const int Size = 16;

    public bool IsNone => Snapshots == 0 && Events == 0;

    public static LossNote operator +(LossNote one, LossNote other) => new(one.Snapshots + other.Snapshots, one.Events + other.Events);

    /// <summary>Of whole records that are lost.</summary>
    public static LossNote Of(ReadOnlySpan<byte> records)
    {
        LossNote loss = default;
        for (int at = 0; at < records.Length;)
        {
            RecordHeader header = RecordHeader.Read(records[at..]);
            loss += header.Kind switch { RecordKind.Frame => new LossNote(1, 0), RecordKind.Event => new LossNote(0, 1), _ => default };
            at += RecordHeader.Size + header.Length;
        }

        return loss;
    }

    public void Write(PayloadWriter payload) => payload.Add(Snapshots).Add(Events);

    public static LossNote Read(ReadOnlySpan<byte> bytes)
    {
        PayloadReader payload = new(bytes);
        return new LossNote(payload.Int64(), payload.Int64());
    }
}
