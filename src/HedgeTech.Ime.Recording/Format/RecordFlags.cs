namespace HedgeTech.Ime.Recording.Format;

/// <summary>Flags of a record. The numbers are part of the format.</summary>
[Flags]
internal enum RecordFlags : byte
{
    None = 0,

    /// <summary>Of a frame: the snapshot carried its raw message in <see cref="MarketSnapshot.Frame"/>.</summary>
    KeptFrame = 1,

    /// <summary>Of a frame: the payload begins with the offset of its timestamp, an i16 in minutes, because that is not <see cref="RecordHeader.UsualOffset"/>.</summary>
    HasOffset = 2,

    /// <summary>Of a begin: the segment continues its predecessor without a gap. Of an end: the next segment will.</summary>
    Continues = 4,
}
