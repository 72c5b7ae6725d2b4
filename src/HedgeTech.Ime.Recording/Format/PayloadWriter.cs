using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace HedgeTech.Ime.Recording.Format;

/// <summary>Writes the payloads of the format's own records, little-endian.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PayloadWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public PayloadWriter Clear()
    {
        _bytes.ResetWrittenCount();
        return this;
    }

    public PayloadWriter Add(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public PayloadWriter Add(byte value) => Add([value]);

    public PayloadWriter Add(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(sizeof(ushort)), value);
        _bytes.Advance(sizeof(ushort));
        return this;
    }

    public PayloadWriter Add(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
        return this;
    }

    public PayloadWriter Add(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
        return this;
    }

    public PayloadWriter Add(ulong value) => Add((long)value);

    /// <summary>A text as its length in bytes, a u16, and its UTF-8.</summary>
    public PayloadWriter Add(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Add((ushort)utf8.Length).Add(utf8);
    }

    /// <summary>A list of contracts: how many, a u16, and of each the kind, a byte, and the value.</summary>
    public PayloadWriter Add(ReadOnlySpan<ContractKey> contracts)
    {
        Add((ushort)contracts.Length);
        foreach (ContractKey contract in contracts)
        {
            Add((byte)contract.Kind).Add(contract.Value);
        }

        return this;
    }
}
