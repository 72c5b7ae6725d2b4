using System.Globalization;
using System.Security.Cryptography;

namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>Identifies one acquisition of the lease: 128 random bits. The value of the key of the leader, and the fence in every script.</summary>
internal readonly record struct Term(UInt128 Value)
{
    /// <summary>The length of a term as text.</summary>
    public const int Length = 32;

    public static Term None => default;

    public static Term Random()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new Term(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes));
    }

    /// <summary>Reads a term as text; text that is not one, and 32 zeros, are <see cref="None"/>.</summary>
    public static Term Parse(ReadOnlySpan<byte> text) =>
        text.Length == Length && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value) ? new Term(value) : None;

    public void Write(Span<byte> text) => Value.TryFormat(text, out _, "x32", CultureInfo.InvariantCulture);

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
