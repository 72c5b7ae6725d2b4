namespace HedgeTech.Ime.Recording.Format;

/// <summary>The payload of a record that says what is missing in its place.</summary>
/// <param name="Snapshots">How many snapshots.</param>
/// <param name="Events">How many events.</param>
internal readonly record struct LossNote(long Snapshots, long Events)
{
    public const int Size = 16;

    public bool IsNone => Snapshots == 0 && Events == 0;

    public static LossNote operator +(LossNote one, LossNote other) => new(one.Snapshots + other.Snapshots, one.Events + other.Events);

    public void Write(PayloadWriter payload) => payload.Add(Snapshots).Add(Events);

    public static LossNote Read(ReadOnlySpan<byte> bytes)
    {
        PayloadReader payload = new(bytes);
        return new LossNote(payload.Int64(), payload.Int64());
    }
}
