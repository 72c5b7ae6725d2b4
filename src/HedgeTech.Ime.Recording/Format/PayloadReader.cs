using System.Buffers.Binary;
using System.Text;

namespace HedgeTech.Ime.Recording.Format;

/// <summary>Reads the payloads of the format's own records. Reads zeros beyond the end, and says so in <see cref="IsExhausted"/>.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _left = payload;

    /// <summary>Whether more was read than there is: the payload is not what it should be.</summary>
    public bool IsExhausted { get; private set; }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _left.Length)
        {
            IsExhausted = true;
            _left = default;
            return new byte[count];
        }

        ReadOnlySpan<byte> bytes = _left[..count];
        _left = _left[count..];
        return bytes;
    }

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long)));

    public ulong UInt64() => (ulong)Int64();

    public string Text() => Encoding.UTF8.GetString(Bytes(UInt16()));

    public ContractKey[] Contracts()
    {
        int count = UInt16();
        List<ContractKey> contracts = [];
        for (int index = 0; index < count && !IsExhausted; index++)
        {
            contracts.Add(new ContractKey((ContractKeyKind)Byte(), Text()));
        }

        return [.. contracts];
    }
}
