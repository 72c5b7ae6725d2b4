using System.Runtime.Intrinsics;

namespace HedgeTech.Ime.Json;

/// <summary>The name of a member.</summary>
internal readonly struct WireName(ReadOnlySpan<byte> name)
{
    private readonly WireLiteral _quoted = new([(byte)'"', .. name, (byte)'"', (byte)':']);

    /// <summary>As it is, UTF-8, unescaped.</summary>
    internal ReadOnlySpan<byte> Text => _quoted.Bytes[1..^2];

    /// <summary>The bytes that its quotes, itself and the colon take.</summary>
    internal int Length => _quoted.Length;

    /// <summary>Whether it stands there in its quotes, with the colon right behind.</summary>
    internal bool IsAt(ReadOnlySpan<byte> json, int at) => _quoted.IsAt(json, at);

    /// <summary>Whether this text, cut out beforehand, begins with it.</summary>
    internal bool Begins(Vector256<byte> text) => _quoted.Begins(text);
}
