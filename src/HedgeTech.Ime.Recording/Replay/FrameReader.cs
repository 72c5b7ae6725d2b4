using System.Buffers.Binary;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Replay;

/// <summary>Reads the messages of a recording again.</summary>
/// <param name="contracts">The contracts of the segment.</param>
/// <param name="wanted">The contracts that are replayed.</param>
/// <param name="keepFrames">Whether each snapshot carries its raw message.</param>
internal sealed class FrameReader(SegmentContracts contracts, IReadOnlySet<ContractKey> wanted, bool keepFrames)
{
    /// <summary>Of a timestamp, in minutes.</summary>
    private const int LargestOffset = 14 * 60;

    /// <summary>The snapshot, or that the message cannot be read; null if it is not of a contract that is replayed.</summary>
    public FeedEvent? Read(in Record record)
    {
        bool? isKnownWanted = contracts.IsWanted(record.Header.Contract);
        if (isKnownWanted is false)
        {
            return null;
        }

        ReadOnlySpan<byte> frame = record.Payload;
        TimeSpan offset = RecordHeader.UsualOffset;
        if (record.Header.Flags.HasFlag(RecordFlags.HasOffset) && frame.Length >= sizeof(short))
        {
            short minutes = BinaryPrimitives.ReadInt16LittleEndian(frame);
            offset = Math.Abs((int)minutes) <= LargestOffset ? TimeSpan.FromMinutes(minutes) : offset;
            frame = frame[sizeof(short)..];
        }

        DateTimeOffset receivedAt = new(record.Header.ReceivedAt, TimeSpan.Zero);
        byte[]? kept = keepFrames || record.Header.Flags.HasFlag(RecordFlags.KeptFrame) ? frame.ToArray() : null;
        if (MarketSnapshotSerializer.TryDeserialize(frame, receivedAt, offset, kept, out MarketSnapshot? snapshot, out ImeFormatException? error))
        {
            return isKnownWanted is true || wanted.Contains(snapshot.Contract) ? snapshot : null;
        }

        return new FrameRejected { ReceivedAt = receivedAt, Frame = frame.ToArray(), Reason = error.Reason, ByteOffset = error.ByteOffset };
    }
}
