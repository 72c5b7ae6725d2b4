using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>Puts times, address families and sets into words.</summary>
internal static class Words
{
    public static string Family(AddressFamily? family) => family switch
    {
        AddressFamily.InterNetwork => "IPv4",
        AddressFamily.InterNetworkV6 => "IPv6",
        _ => "IP",
    };

    /// <summary>Whether the name of the host alone shows that it is this machine.</summary>
    public static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>A time as a person says it, without a sign: <c>12 ms</c>, <c>3.4 s</c>, <c>2 min 5 s</c>, <c>3 h 30 min</c>, <c>4 d 2 h</c>.</summary>
    public static string Seconds(TimeSpan span)
    {
        span = span.Duration();
        return span.TotalSeconds switch
        {
            < 0.9995 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
            < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalSeconds):0} s"),
            < 3600 => Two(span.Minutes, "min", span.Seconds, "s"),
            < 86400 => Two(span.Hours, "h", span.Minutes, "min"),
            _ => Two(span.Days, "d", span.Hours, "h"),
        };

        static string Two(int great, string greatUnit, int small, string smallUnit) =>
            small == 0 ? $"{great} {greatUnit}" : $"{great} {greatUnit} {small} {smallUnit}";
    }

    /// <summary>An offset from UTC as the options accept it: <c>03:30</c>, <c>-05:00</c>.</summary>
    public static string Offset(TimeSpan offset) => $"{(offset < TimeSpan.Zero ? "-" : "")}{offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture)}";

    /// <summary>An offset from UTC, always with a sign: <c>+03:30</c>.</summary>
    public static string SignedOffset(TimeSpan offset) => offset < TimeSpan.Zero ? Offset(offset) : $"+{Offset(offset)}";

    public static string Count(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {(count == 1 ? one : many)}");

    /// <summary>The first five contracts by name, each isolated from the left-to-right text around it, and the number of the others.</summary>
    public static string List(IReadOnlyCollection<ContractKey> contracts)
    {
        string named = string.Join(", ", contracts.Take(5).Select(Name));
        return contracts.Count > 5 ? $"{named} and {contracts.Count - 5} more" : named;
    }

    /// <summary>The name of a contract, isolated if it runs from right to left, so that it does not reorder the text around it.</summary>
    public static string Name(ContractKey contract)
    {
        string clean = ForeignText.Short(contract.Value) ?? "";
        return clean.Any(static letter => letter >= '\u0590') ? $"\u2068{clean}\u2069" : clean;
    }
}
