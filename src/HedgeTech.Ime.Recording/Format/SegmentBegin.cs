namespace HedgeTech.Ime.Recording.Format;

/// <summary>The payload of the first record of a segment.</summary>
internal sealed record SegmentBegin
{
    public const ushort CurrentVersion = 1;

    /// <summary>Where the segment's id stands in the payload: a reader needs it to check the record itself.</summary>
    public const int IdAt = 12;

    /// <summary>The version of the format.</summary>
    public ushort Version { get; init; } = CurrentVersion;

    /// <summary>The segment's own id, which is in its name too.</summary>
    public required ulong Id { get; init; }

    /// <summary>The segment's number, which is in its name too.</summary>
    public required uint Number { get; init; }

    /// <summary>The number of the segment before; 0 if there is none.</summary>
    public uint PredecessorNumber { get; init; }

    /// <summary>The id of the segment before; 0 if there is none.</summary>
    public ulong PredecessorId { get; init; }

    /// <summary>The version of the library that wrote the segment.</summary>
    public required string Writer { get; init; }

    /// <summary>The contracts known when the segment began, in the order of their indexes.</summary>
    public required IReadOnlyList<ContractKey> Contracts { get; init; }

    /// <summary>"IMEREC", CR, LF: shows at once whether a program has converted line ends.</summary>
    public static ReadOnlySpan<byte> Magic => "IMEREC\r\n"u8;

    public void Write(PayloadWriter payload) => payload
        .Add(Magic).Add(Version).Add((ushort)(short)RecordHeader.UsualOffset.TotalMinutes).Add(Id).Add(Number).Add(PredecessorNumber).Add(PredecessorId)
        .Add(Writer).Add([.. Contracts]);

    /// <summary>Reads the payload; null if it is not that of a begin that this version understands.</summary>
    public static SegmentBegin? Read(ReadOnlySpan<byte> bytes)
    {
        PayloadReader payload = new(bytes);
        return Read(ref payload);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static SegmentBegin? Read(ref PayloadReader payload)
    {
        if (!payload.Bytes(Magic.Length).SequenceEqual(Magic))
        {
            return null;
        }

        ushort version = payload.UInt16();
        payload.UInt16(); // the usual offset, which is the same in every version so far
        SegmentBegin begin = new()
        {
            Version = version,
            Id = payload.UInt64(),
            Number = payload.UInt32(),
            PredecessorNumber = payload.UInt32(),
            PredecessorId = payload.UInt64(),
            Writer = payload.Text(),
            Contracts = payload.Contracts(),
        };
        return payload.IsExhausted ? null : begin;
    }
}
