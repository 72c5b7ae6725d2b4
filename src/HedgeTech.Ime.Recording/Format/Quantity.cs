using System.Globalization;

namespace HedgeTech.Ime.Recording.Format;

/// <summary>Numbers in texts for people.</summary>
internal static class Quantity
{
    /// <summary>A number of things: <c>1 snapshot</c>, <c>1234 snapshots</c>.</summary>
    public static string Of(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
