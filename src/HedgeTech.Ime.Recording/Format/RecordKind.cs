namespace HedgeTech.Ime.Recording.Format;

/// <summary>What a record holds. The numbers are part of the format.</summary>
internal enum RecordKind : byte
{
    /// <summary>The first record of a segment: <see cref="SegmentBegin"/>.</summary>
    Begin = 1,

    /// <summary>The raw message of a snapshot.</summary>
    Frame = 2,

    /// <summary>An event that is not a snapshot, as JSON.</summary>
    Event = 3,

    /// <summary>A place at which reading can start: <see cref="SegmentMark"/>.</summary>
    Mark = 4,

    /// <summary>The last record of a segment that was closed properly: a <see cref="SegmentMark"/> too.</summary>
    End = 5,

    /// <summary>How many snapshots and events are missing here: <see cref="LossNote"/>.</summary>
    Lost = 6,
}
