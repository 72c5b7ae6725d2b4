using System.Numerics;
using System.Runtime.Intrinsics;

namespace HedgeTech.Ime.Json;

/// <summary>A documented member that holds one value.</summary>
internal sealed class WireMember(ReadOnlySpan<byte> name, SnapshotFields field, WireType type)
{
    private readonly WireName _name = new(name);

    /// <summary>Its name on the wire, UTF-8, unescaped.</summary>
    internal ReadOnlySpan<byte> Name => _name.Text;

    /// <summary>The bytes that its name, quotes and colon take.</summary>
    internal int NameLength => _name.Length;

    /// <summary>Whether its name stands there, with quotes and colon.</summary>
    internal bool IsAt(ReadOnlySpan<byte> json, int at) => _name.IsAt(json, at);

    /// <summary>Whether this text, cut out beforehand, begins with it.</summary>
    internal bool Begins(Vector256<byte> text) => _name.Begins(text);

    /// <summary>The field of the snapshot that it fills: one bit.</summary>
    internal SnapshotFields Field { get; } = field;

    /// <summary>The number of that bit.</summary>
    internal int Place { get; } = BitOperations.Log2((uint)field);

    /// <summary>How its value is read.</summary>
    internal WireType Type { get; } = type;
}
