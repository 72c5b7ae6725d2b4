using System.Text;

namespace HedgeTech.Ime.Json;

/// <summary><c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> as Python writes them where a value stands. They are not JSON.</summary>
internal static class BareLiterals
{
    private static ReadOnlySpan<byte> NaN => "NaN"u8;

    private static ReadOnlySpan<byte> Infinity => "Infinity"u8;

    private static ReadOnlySpan<byte> Null => "null"u8;

    /// <summary>Whether there may be any: two searches of a few nanoseconds, so that messages without any pay no more.</summary>
    internal static bool MayOccur(ReadOnlySpan<byte> json) => json.IndexOf(NaN) >= 0 || json.IndexOf(Infinity) >= 0;

    /// <summary>The longest that <see cref="CopyAsNull"/> makes a message of this length.</summary>
    internal static int MaxCopyLength(int length) => length + (length / NaN.Length * (Null.Length - NaN.Length));

    /// <summary>Copies the message with <c>null</c> for each of them that stands outside strings.</summary>
    /// <remarks>Not only where a value may stand: elsewhere the <c>null</c> is as wrong as what it replaces.</remarks>
    /// <returns>The number of bytes written.</returns>
    internal static int CopyAsNull(ReadOnlySpan<byte> json, Span<byte> destination)
    {
        int read = 0;
        int written = 0;
        while (TryFind(json, read, out int begin, out int length))
        {
            json[read..begin].CopyTo(destination[written..]);
            written += begin - read;
            Null.CopyTo(destination[written..]);
            written += Null.Length;
            read = begin + length;
        }

        json[read..].CopyTo(destination[written..]);
        return written + json.Length - read;
    }

    /// <summary>What is wrong in the copy, as it is wrong in the message: its place, and the literal instead of the <c>null</c>.</summary>
    internal static FormatError InMessage(ReadOnlySpan<byte> json, FormatError inCopy)
    {
        int at = (int)OffsetInMessage(json, inCopy.ByteOffset);
        int length = at < json.Length ? LengthAt(json[at..]) : 0;
        string reason = length == 0 ? inCopy.Reason : inCopy.Reason.Replace(" is null,", $" is {Encoding.ASCII.GetString(json.Slice(at, length))},", StringComparison.Ordinal);
        return new FormatError(reason, at);
    }

    /// <summary>Where in the message the byte stood that is at <paramref name="copyOffset"/> in the copy.</summary>
    internal static long OffsetInMessage(ReadOnlySpan<byte> json, long copyOffset)
    {
        int read = 0;
        int shift = 0;
        while (TryFind(json, read, out int begin, out int length) && begin + shift < copyOffset)
        {
            shift += Null.Length - length;
            read = begin + length;
        }

        return copyOffset - shift;
    }

    private static bool TryFind(ReadOnlySpan<byte> json, int from, out int begin, out int length)
    {
        bool isInString = false;
        for (begin = from; begin < json.Length; begin++)
        {
            byte current = json[begin];
            if (isInString)
            {
                begin += current == '\\' ? 1 : 0;
                isInString = current != '"';
                continue;
            }

            isInString = current == '"';
            length = LengthAt(json[begin..]);
            if (length != 0)
            {
                return true;
            }
        }

        length = 0;
        return false;
    }

    private static int LengthAt(ReadOnlySpan<byte> json) => json switch
    {
        [(byte)'N', ..] when json.StartsWith(NaN) => NaN.Length,
        [(byte)'I', ..] when json.StartsWith(Infinity) => Infinity.Length,
        [(byte)'-', .. var rest] when rest.StartsWith(Infinity) => 1 + Infinity.Length,
        _ => 0,
    };
}
