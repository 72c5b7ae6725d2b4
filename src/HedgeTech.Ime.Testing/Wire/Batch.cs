using System.Buffers;
using System.Buffers.Binary;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>The bytes of frames that are sent in one write, and what they contain. Not thread-safe.</summary>
internal sealed class Batch
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(16 * 1024);

    /// <summary>The market's messages in the batch, which are recorded once they are sent.</summary>
    public List<(Subscription Subscription, long Trade)> Trades { get; } = [];

    /// <summary>Copies of the messages, if the options say to keep them.</summary>
    public List<byte[]>? Kept { get; set; }

    public int Length { get; private set; }

    /// <summary>The number of messages, plus one if the batch ends the connection.</summary>
    public int Entries { get; set; }

    public int Messages { get; set; }

    public long LastPosition { get; set; }

    public Ending Ending { get; set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>Appends a frame of a server: the header, then the unmasked payload, because only clients mask.</summary>
    public void Frame(byte opcode, bool isLast, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        int length = first.Length + second.Length + third.Length;
        Span<byte> at = Reserve(length + 10);
        at[0] = (byte)(opcode | (isLast ? 0x80 : 0));
        int header = 2;
        if (length < 126)
        {
            at[1] = (byte)length;
        }
        else if (length <= ushort.MaxValue)
        {
            at[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)length);
            header = 4;
        }
        else
        {
            at[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(at[2..], (ulong)length);
            header = 10;
        }

        first.CopyTo(at[header..]);
        second.CopyTo(at[(header + first.Length)..]);
        third.CopyTo(at[(header + first.Length + second.Length)..]);
        Length += header + length;
    }

    public void Clear()
    {
        Trades.Clear();
        Kept?.Clear();
        Length = 0;
        Entries = 0;
        Messages = 0;
        Ending = Ending.None;
    }

    public void Free()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Clear();
        Trades.TrimExcess();
        Kept?.TrimExcess();
    }

    private Span<byte> Reserve(int length)
    {
        if (_bytes.Length - Length < length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + length));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }
}
