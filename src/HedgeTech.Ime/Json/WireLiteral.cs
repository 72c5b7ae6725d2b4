using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HedgeTech.Ime.Json;

/// <summary>Bytes that a message is expected to hold, made to be found at a place of it in a few instructions.</summary>
internal readonly struct WireLiteral
{
    private readonly Vector256<byte> _begin;
    private readonly Vector256<byte> _mask;
    private readonly Vector256<byte> _tail;
    private readonly byte[] _bytes;

    internal WireLiteral(ReadOnlySpan<byte> bytes)
    {
        // Begin and tail must overlap or touch.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, 2 * Vector256<byte>.Count);
        Span<byte> begin = stackalloc byte[Vector256<byte>.Count];
        Span<byte> mask = stackalloc byte[Vector256<byte>.Count];
        begin.Clear();
        mask.Clear();
        int length = Math.Min(bytes.Length, begin.Length);
        bytes[..length].CopyTo(begin);
        mask[..length].Fill(byte.MaxValue);
        _begin = Vector256.Create<byte>(begin);
        _mask = Vector256.Create<byte>(mask);
        _tail = Vector256.Create(bytes.Length < begin.Length ? begin : bytes[^begin.Length..]);
        _bytes = bytes.ToArray();
        Length = bytes.Length;
    }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal int Length { get; }

    /// <summary>Whether it stands there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the answer is yes nearly always
    internal bool IsAt(ReadOnlySpan<byte> json, int at) =>
        json.Length - at < Vector256<byte>.Count
            ? IsNearEnd(json, at)
            : (Vector256.Create(json.Slice(at, Vector256<byte>.Count)) & _mask) == _begin
                && (Length <= Vector256<byte>.Count || IsTailAt(json, at + Length - Vector256<byte>.Count));

    /// <summary>Whether this text, cut out beforehand, begins with it; no if it is longer.</summary>
    internal bool Begins(Vector256<byte> text) => (text & _mask) == _begin && Length <= Vector256<byte>.Count;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsNearEnd(ReadOnlySpan<byte> json, int at) => json[Math.Min(at, json.Length)..].StartsWith(_bytes);

    /// <summary>Whether its last bytes stand there, of a literal that is longer than its begin but no longer than twice that.</summary>
    private bool IsTailAt(ReadOnlySpan<byte> json, int at) =>
        json.Length - at >= Vector256<byte>.Count && Vector256.Create(json.Slice(at, Vector256<byte>.Count)) == _tail;
}
