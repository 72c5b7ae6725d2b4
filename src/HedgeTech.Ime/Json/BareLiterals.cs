using System.Text;

namespace HedgeTech.Ime.Json;

/// <summary>The values <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which Python writes without quotes although they are not JSON.</summary>
internal static class BareLiterals
{
    private static ReadOnlySpan<byte> NaN => "NaN"u8;

    private static ReadOnlySpan<byte> Infinity => "Infinity"u8;

    private static ReadOnlySpan<byte> Null => "null"u8;

    /// <summary>Whether the message may contain one. Cheap, so that other messages cost little more.</summary>
    internal static bool MayOccur(ReadOnlySpan<byte> json) => json.IndexOf(NaN) >= 0 || json.IndexOf(Infinity) >= 0;

    /// <summary>The maximum length of the copy that <see cref="CopyAsNull"/> makes of a message of this length.</summary>
    internal static int MaxCopyLength(int length) => length + (length / NaN.Length * (Null.Length - NaN.Length));

    /// <summary>Copies the message and replaces each literal outside strings with <c>null</c>.</summary>
    /// <remarks>Replaces literals in invalid places too: there, <c>null</c> is just as invalid.</remarks>
    /// <returns>The number of bytes written.</returns>
    internal static int CopyAsNull(ReadOnlySpan<byte> json, Span<byte> destination)
    {
        int read = 0;
        int written = 0;
        while (TryFind(json, read, out int start, out int length))
        {
            json[read..start].CopyTo(destination[written..]);
            written += start - read;
            Null.CopyTo(destination[written..]);
            written += Null.Length;
            read = start + length;
        }

        json[read..].CopyTo(destination[written..]);
        return written + json.Length - read;
    }

    /// <summary>Translates an error in the copy to the message: its offset, and the literal in place of <c>null</c>.</summary>
    internal static FormatError InMessage(ReadOnlySpan<byte> json, FormatError inCopy)
    {
        int at = (int)OffsetInMessage(json, inCopy.ByteOffset);
        int length = at < json.Length ? LengthAt(json[at..]) : 0;
        string reason = length == 0 ? inCopy.Reason : inCopy.Reason.Replace(" is null,", $" is {Encoding.ASCII.GetString(json.Slice(at, length))},", StringComparison.Ordinal);
        return new FormatError(reason, at);
    }

    /// <summary>The offset in the message of the byte that is at <paramref name="copyOffset"/> in the copy.</summary>
    internal static long OffsetInMessage(ReadOnlySpan<byte> json, long copyOffset)
    {
        int read = 0;
        int shift = 0;
        while (TryFind(json, read, out int start, out int length) && start + shift < copyOffset)
        {
            shift += Null.Length - length;
            read = start + length;
        }

        return copyOffset - shift;
    }

    private static bool TryFind(ReadOnlySpan<byte> json, int from, out int start, out int length)
    {
        bool isInString = false;
        for (start = from; start < json.Length; start++)
        {
            byte current = json[start];
            if (isInString)
            {
                start += current == '\\' ? 1 : 0;
                isInString = current != '"';
                continue;
            }

            isInString = current == '"';
            length = LengthAt(json[start..]);
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
