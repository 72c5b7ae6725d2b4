using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HedgeTech.Ime.Json;

/// <summary>Bytes that a message is expected to contain, prepared so that comparing them takes a few instructions.</summary>
internal readonly struct WireLiteral
{
    private readonly Vector256<byte> _start;
    private readonly Vector256<byte> _mask;
    private readonly Vector256<byte> _tail;
    private readonly byte[] _bytes;

    internal WireLiteral(ReadOnlySpan<byte> bytes)
    {
        // One vector compares the first bytes and another the last ones; together they must cover the literal.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, 2 * Vector256<byte>.Count);
        Span<byte> start = stackalloc byte[Vector256<byte>.Count];
        Span<byte> mask = stackalloc byte[Vector256<byte>.Count];
        start.Clear();
        mask.Clear();
        int length = Math.Min(bytes.Length, start.Length);
        bytes[..length].CopyTo(start);
        mask[..length].Fill(byte.MaxValue);
        _start = Vector256.Create<byte>(start);
        _mask = Vector256.Create<byte>(mask);
        _tail = Vector256.Create(bytes.Length < start.Length ? start : bytes[^start.Length..]);
        _bytes = bytes.ToArray();
        Length = bytes.Length;
    }

    internal int Length { get; }

    /// <summary>Whether the message has these bytes at an offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // called for every value of every message
    internal bool IsAt(ReadOnlySpan<byte> json, int at) =>
        json.Length - at < Vector256<byte>.Count
            ? IsNearEnd(json, at)
            : (Load(json, at) & _mask) == _start
                && (Length <= Vector256<byte>.Count || IsTailAt(json, at + Length - Vector256<byte>.Count));

    /// <summary>Whether the message ends with these bytes.</summary>
    internal bool IsEndOf(ReadOnlySpan<byte> json) => json.EndsWith(_bytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsNearEnd(ReadOnlySpan<byte> json, int at) => json[Math.Min(at, json.Length)..].StartsWith(_bytes);

    /// <summary>Compares the last bytes of a literal that is longer than one vector.</summary>
    private bool IsTailAt(ReadOnlySpan<byte> json, int at) =>
        json.Length - at >= Vector256<byte>.Count && Load(json, at) == _tail;

    /// <summary>A vector that lies within the message. A slice would check that a second time.</summary>
    private static Vector256<byte> Load(ReadOnlySpan<byte> json, int at)
    {
        Debug.Assert(at >= 0 && json.Length - at >= Vector256<byte>.Count, "The vector must lie within the message.");
        return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)at);
    }
}
