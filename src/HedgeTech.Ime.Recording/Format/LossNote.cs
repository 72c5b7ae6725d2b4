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
    /// <param name="records">The records.</param>
    /// <param name="noted">What they say themselves to be missing, which is counted already.</param>
    /// <param name="lastAt">The latest time of a record, in UTC ticks; 0 if there is none.</param>
    public static LossNote Of(ReadOnlySpan<byte> records, out LossNote noted, out long lastAt)
    {
        LossNote loss = default;
        (noted, lastAt) = (default, 0);
        for (int at = 0; at < records.Length;)
        {
            RecordHeader header = RecordHeader.Read(records[at..]);
            ReadOnlySpan<byte> payload = records.Slice(at + RecordHeader.Size, header.Length);
            loss += header.Kind switch { RecordKind.Frame => new LossNote(1, 0), RecordKind.Event => new LossNote(0, 1), _ => default };
            noted += header.Kind == RecordKind.Lost ? Read(payload) : default;
            lastAt = Math.Max(lastAt, header.ReceivedAt);
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
