namespace HedgeTech.Ime.Recording.Format;

/// <summary>What a segment holds up to some place.</summary>
/// <param name="Snapshots">Snapshots.</param>
/// <param name="Events">Events.</param>
/// <param name="LostSnapshots">Snapshots that could not be written.</param>
/// <param name="LostEvents">Events that could not be written.</param>
/// <param name="MaxReceivedAt">The latest time of a record, in UTC ticks; 0 if there was none.</param>
internal readonly record struct SegmentCounts(long Snapshots, long Events, long LostSnapshots, long LostEvents, long MaxReceivedAt)
{
    public void Write(PayloadWriter payload) => payload.Add(Snapshots).Add(Events).Add(LostSnapshots).Add(LostEvents).Add(MaxReceivedAt);

    public static SegmentCounts Read(ref PayloadReader payload) => new(payload.Int64(), payload.Int64(), payload.Int64(), payload.Int64(), payload.Int64());

    /// <summary>The counts after one more record.</summary>
    public SegmentCounts With(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind is not (RecordKind.Frame or RecordKind.Event or RecordKind.Lost))
        {
            return this;
        }

        LossNote loss = header.Kind == RecordKind.Lost ? LossNote.Read(payload) : default;
        return new SegmentCounts(
            Snapshots + (header.Kind == RecordKind.Frame ? 1 : 0),
            Events + (header.Kind == RecordKind.Event ? 1 : 0),
            LostSnapshots + loss.Snapshots,
            LostEvents + loss.Events,
            Math.Max(MaxReceivedAt, header.ReceivedAt));
    }
}
