namespace HedgeTech.Ime.Market;

/// <summary>What is known of the parts of a code.</summary>
/// <remarks>
/// The exchange's specification of its gold coin future gives the form GCMMYY, letters for the month and digits for the year
/// (http://en.ime.co.ir/1DerivativesMarket.html). A broker's version has the example GCOR94 for Ordibehesht 1394 (http://www.mobinsb.com/Refrence/Page/3/1383).
/// The letters of the months, and the unit of a strike, are those of contracts whose code and Persian name were both observed. No contract of Mordad was.
/// </remarks>
internal static class DeliveryCode
{
    /// <summary>The number of a month by its letters, 1 to 12; 0 if they are not known.</summary>
    public static int MonthOf(ReadOnlySpan<char> letters) => letters switch
    {
        "FA" => 1,
        "OR" => 2,
        "KH" => 3,
        "TR" => 4,
        "SH" => 6,
        "ME" => 7,
        "AB" => 8,
        "AZ" => 9,
        "DY" => 10,
        "BA" => 11,
        "ES" => 12,
        _ => 0,
    };

    /// <summary>How many Rial one unit of the strike in an option's code is; null if that is not known of the commodity.</summary>
    public static decimal? StrikeUnitOf(string commodity) => commodity switch
    {
        "GC" => 10_000, // GCOR01C11000 is 110,000,000 Rial
        "GB" => 10_000, // GBOR04C810 is 8,100,000 Rial
        _ => null,
    };
}
