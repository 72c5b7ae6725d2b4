using System.Globalization;

namespace HedgeTech.Ime.Recording.Format;

/// <summary>The name of a segment, without extension: <c>00000042-20260103T063000.012Z-9f86d081884c7d65</c>. Segments are ordered by number, never by clock.</summary>
/// <param name="Number">Counts up within the folder.</param>
/// <param name="BeganAt">When the segment was begun, UTC, in whole milliseconds.</param>
/// <param name="Id">Random, not 0.</param>
internal readonly record struct SegmentName(uint Number, DateTimeOffset BeganAt, ulong Id) : IComparable<SegmentName>
{
    /// <summary>The extension of a segment that is, or was, appended to.</summary>
    public const string Plain = ".imerec";

    /// <summary>The extension of a compressed segment.</summary>
    public const string Sealed = ".imerec.zst";

    /// <summary>The extension of a compressed segment that is not finished.</summary>
    public const string Unfinished = ".imerec.zst.tmp";

    /// <summary>The extension of what was cut off behind the last whole record of a segment.</summary>
    public const string Torn = ".torn";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss.fff'Z'";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number:D8}-{BeganAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{Id:x16}");

    public static bool TryParse(ReadOnlySpan<char> text, out SegmentName name)
    {
        name = default;
        int first = text.IndexOf('-');
        int last = text.LastIndexOf('-');
        if (first <= 0 || last <= first
            || !uint.TryParse(text[..first], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            || !DateTime.TryParseExact(text[(first + 1)..last], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime began)
            || text.Length - last - 1 != 16
            || !ulong.TryParse(text[(last + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id))
        {
            return false;
        }

        name = new SegmentName(number, new DateTimeOffset(began, TimeSpan.Zero), id);
        return true;
    }

    public int CompareTo(SegmentName other) => (Number, BeganAt, Id).CompareTo((other.Number, other.BeganAt, other.Id));
}
