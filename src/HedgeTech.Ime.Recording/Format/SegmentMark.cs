namespace HedgeTech.Ime.Recording.Format;

/// <summary>The payload of a mark: with the begin of the segment, all that a reader needs to start here.</summary>
/// <param name="Counts">What the segment holds before the mark.</param>
/// <param name="FirstContract">The index of the first of <paramref name="Contracts"/>: how many the begin lists.</param>
/// <param name="Contracts">The contracts that became known since the begin.</param>
internal sealed record SegmentMark(SegmentCounts Counts, ushort FirstContract, IReadOnlyList<ContractKey> Contracts)
{
    /// <summary>Found by a reader that has lost its place. A mark counts only if its checksum holds, so a message cannot imitate one.</summary>
    public static ReadOnlySpan<byte> Sync => [0xF2, 0x49, 0x4D, 0x45, 0xA7, 0x6B, 0x1C, 0xD8, 0x93, 0x05, 0xBE, 0x4F, 0xE1, 0x7A, 0x2C, 0xF5];

    public void Write(PayloadWriter payload)
    {
        Counts.Write(payload.Add(Sync));
        payload.Add(FirstContract).Add([.. Contracts]);
    }

    /// <summary>Reads the payload; null if it is not that of a mark.</summary>
    public static SegmentMark? Read(ReadOnlySpan<byte> bytes)
    {
        PayloadReader payload = new(bytes);
        return Read(ref payload);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static SegmentMark? Read(ref PayloadReader payload)
    {
        if (!payload.Bytes(Sync.Length).SequenceEqual(Sync))
        {
            return null;
        }

        SegmentMark mark = new(SegmentCounts.Read(ref payload), payload.UInt16(), payload.Contracts());
        return payload.IsExhausted || mark.Counts.MaxReceivedAt < 0 || mark.Counts.MaxReceivedAt > DateTime.MaxValue.Ticks ? null : mark;
    }
}
