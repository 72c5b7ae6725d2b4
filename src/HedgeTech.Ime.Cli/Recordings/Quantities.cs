using System.Globalization;

namespace HedgeTech.Ime.Cli.Recordings;

/// <summary>Quantities in words.</summary>
internal static class Quantities
{
    /// <summary>A number of bytes: 999 bytes, 12.3 KB, 4.5 MB, 1.2 GB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    /// <summary>A number of things: <c>1 snapshot</c>, <c>1,234 snapshots</c>.</summary>
    public static string Count(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {one}{(count == 1 ? "" : "s")}");
}
