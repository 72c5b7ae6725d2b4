using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>The parts of the code of a future or an option: <c>SAFAB03</c> is saffron for delivery in Aban 1403.</summary>
/// <remarks>
/// Immutable and thread-safe. It knows what the exchange documents and what was observed, and says so where it does not know: a code of another form is not
/// parsed, and <see cref="Strike"/> is null for a commodity whose unit is not known. It does not know whether a contract exists.
/// </remarks>
public sealed record ContractCode
{
    private const int ShortestCommodity = 2;

    /// <summary>The exchange has had derivatives since 1387, so a two-digit year below that belongs to the next century.</summary>
    private const int FirstYear = 1387;

    internal ContractCode()
    {
    }

    /// <summary>The whole code.</summary>
    public required string Text { get; init; }

    /// <summary>The letters of the commodity, such as <c>SAF</c> for saffron. The library does not interpret them.</summary>
    public required string Commodity { get; init; }

    /// <summary>Digits between the commodity and the month, such as <c>30</c> in <c>GB30AB03</c>; empty in most codes. The exchange does not document their meaning.</summary>
    public required string Series { get; init; }

    /// <summary>Whether it is a future, a call or a put.</summary>
    public required ContractCodeKind Kind { get; init; }

    /// <summary>The month in which the future is delivered or the option expires.</summary>
    public required JalaliMonth Delivery { get; init; }

    /// <summary>The number of the strike price in an option's code, such as 11000 in <c>GCOR01C11000</c>, in a unit that depends on the commodity; null for a future.</summary>
    public long? StrikeNumber { get; init; }

    /// <summary>The strike price of an option, in Rial; null for a future, and for a commodity whose unit is not known.</summary>
    public decimal? Strike { get; init; }

    /// <summary>
    /// Sorts contracts: by commodity, then by month of delivery, futures before calls before puts, then by strike. Contracts that are not named by such a code
    /// follow, by id or name.
    /// </summary>
    public static IComparer<ContractKey> KeyOrder { get; } = new ContractCodeOrder();

    /// <summary>Reads a code.</summary>
    /// <param name="text">The code, exactly as the service spells it.</param>
    /// <param name="code">The parts of the code; null if it is not one of a future or an option.</param>
    /// <returns>False for anything else: a Persian name, an id, a certificate of deposit, lowercase letters, or a month that is not known.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ContractCode? code)
    {
        code = null;
        ReadOnlySpan<char> left = text;
        ReadOnlySpan<char> commodity = TakeWhile(ref left, char.IsAsciiLetterUpper);
        ReadOnlySpan<char> series = TakeWhile(ref left, char.IsAsciiDigit);
        if (series.Length > 0 && left.Length > 0 && char.IsAsciiLetterUpper(left[0]) && DeliveryCode.MonthOf(left[..Math.Min(2, left.Length)]) > 0)
        {
            left = left[2..];
            return TryFinish(text!, commodity.ToString(), series.ToString(), text.AsSpan(commodity.Length + series.Length, 2), left, out code);
        }

        // Without digits between them, the last two letters before the first digit are the month.
        return commodity.Length >= ShortestCommodity + 2
            && TryFinish(text!, commodity[..^2].ToString(), "", commodity[^2..], text.AsSpan(commodity.Length), out code);
    }

    /// <summary>Reads the code that names a contract.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="code">The parts of the code; null if there is none.</param>
    /// <returns>False if the contract is given by its id, or its name is not the code of a future or an option.</returns>
    public static bool TryParse(ContractKey contract, [NotNullWhen(true)] out ContractCode? code)
    {
        code = null;
        return contract.Kind == ContractKeyKind.Name && TryParse(contract.Value, out code);
    }

    /// <summary>The code and what it says, such as <c>SAFAB03: SAF future 1403/08</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Text}: {Commodity} {Kind.ToString().ToLowerInvariant()} {Delivery}{(StrikeNumber is null ? "" : Strike is { } rial ? $" at {rial} Rial" : $" at {StrikeNumber}")}");

    // What follows the month: the year, and for an option the kind and the strike.
    private static bool TryFinish(string text, string commodity, string series, ReadOnlySpan<char> month, ReadOnlySpan<char> left, [NotNullWhen(true)] out ContractCode? code)
    {
        code = null;
        int monthNumber = DeliveryCode.MonthOf(month);
        if (commodity.Length < ShortestCommodity || monthNumber == 0 || left.Length < 2 || !char.IsAsciiDigit(left[0]) || !char.IsAsciiDigit(left[1]))
        {
            return false;
        }

        int year = (FirstYear / 100 * 100) + ((left[0] - '0') * 10) + left[1] - '0';
        JalaliMonth delivery = new(year < FirstYear ? year + 100 : year, monthNumber);
        left = left[2..];
        long? strike = null;
        if (left.Length > 0)
        {
            if (left[0] is not ('C' or 'P') || !long.TryParse(left[1..], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                return false;
            }

            strike = number;
        }

        code = new ContractCode
        {
            Text = text,
            Commodity = commodity,
            Series = series,
            Kind = strike is null ? ContractCodeKind.Future : left[0] == 'C' ? ContractCodeKind.Call : ContractCodeKind.Put,
            Delivery = delivery,
            StrikeNumber = strike,
            Strike = strike * DeliveryCode.StrikeUnitOf(commodity),
        };
        return true;
    }

    private static ReadOnlySpan<char> TakeWhile(ref ReadOnlySpan<char> text, Func<char, bool> isWanted)
    {
        int length = 0;
        while (length < text.Length && isWanted(text[length]))
        {
            length++;
        }

        ReadOnlySpan<char> taken = text[..length];
        text = text[length..];
        return taken;
    }
}
