using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Market;

public sealed class ContractCodeTests
{
    /// <summary>Every observed code of a future or an option, with the parts that its Persian name states.</summary>
    public static TheoryData<string, string> Observed => new()
    {
        { "SAFAB03", "SAFAB03: SAF future 1403/08" },
        { "SAFDY03", "SAFDY03: SAF future 1403/10" },
        { "SAFES03", "SAFES03: SAF future 1403/12" },
        { "SAFOR04", "SAFOR04: SAF future 1404/02" },
        { "ETCDY03", "ETCDY03: ETC future 1403/10" },
        { "ETCFA04", "ETCFA04: ETC future 1404/01" },
        { "ETCTR04", "ETCTR04: ETC future 1404/04" },
        { "ETCME04", "ETCME04: ETC future 1404/07" },
        { "KBAZ03", "KBAZ03: KB future 1403/09" },
        { "KBKH04", "KBKH04: KB future 1404/03" },
        { "KBSH04", "KBSH04: KB future 1404/06" },
        { "GB30AB03", "GB30AB03: GB future 1403/08" },
        { "GB29BA03", "GB29BA03: GB future 1403/11" },
        { "GB31OR04", "GB31OR04: GB future 1404/02" },
        { "SILBA00", "SILBA00: SIL future 1400/11" },
        { "ETCBA00", "ETCBA00: ETC future 1400/11" },
        { "SAFES00", "SAFES00: SAF future 1400/12" },
        { "SAFOR01", "SAFOR01: SAF future 1401/02" },
        { "GCOR01C11000", "GCOR01C11000: GC call 1401/02 at 110000000 Rial" },
        { "GCOR01P11000", "GCOR01P11000: GC put 1401/02 at 110000000 Rial" },
        { "GBOR04C810", "GBOR04C810: GB call 1404/02 at 8100000 Rial" },
        { "FEDY03C30", "FEDY03C30: FE call 1403/10 at 30" },
        { "TLTR04C33", "TLTR04C33: TL call 1404/04 at 33" },
    };

    /// <summary>Every observed code that does not have the documented form of a future or an option.</summary>
    public static TheoryData<string> Others => ["CD1GOB0001", "CD1GOC0001", "CD1SIB0001", "زعف0110پ09", "اختيارخ"];

    [Theory]
    [MemberData(nameof(Observed))]
    public void An_observed_code_has_the_parts_that_the_name_of_the_contract_states(string text, string parts)
    {
        ContractCode.TryParse(text, out ContractCode? code).Should().BeTrue();

        code!.ToString().Should().Be(parts);
        code.Text.Should().Be(text);
    }

    [Theory]
    [MemberData(nameof(Others))]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("276")]
    [InlineData("قرارداد آتی زعفران نگین تحویل آبان ماه 1403")]
    [InlineData("SAFMO04")] // no code with letters for Mordad has been observed
    [InlineData("SAFXX04")]
    [InlineData("safab03")]
    [InlineData("SAFAB03 ")]
    [InlineData(" SAFAB03")]
    [InlineData("SAFAB3")]
    [InlineData("SAFAB003")]
    [InlineData("SAFAB٠٣")]
    [InlineData("AB03")]
    [InlineData("SAB03")]
    [InlineData("30AB03")]
    [InlineData("GCOR01X11000")]
    [InlineData("GCOR01C")]
    [InlineData("GCOR01C-5")]
    [InlineData("GCOR01C1.5")]
    [InlineData("GCOR01C99999999999999999999")]
    [InlineData("GCOR01C11000X")]
    [InlineData("GB30A")]
    [InlineData("GB30")]
    public void A_code_of_an_unknown_form_is_not_parsed(string? text)
    {
        ContractCode.TryParse(text, out ContractCode? code).Should().BeFalse();
        code.Should().BeNull();
    }

    [Fact]
    public void Every_contract_of_the_simulator_is_among_the_tested_codes()
    {
        SimulatorContract.BuiltIn.Select(static contract => contract.Code).Should().BeEquivalentTo(Observed.Select(static row => row.Data.Item1).Concat(Others.Select(static row => row.Data)));
    }

    [Fact]
    public void The_parts_of_an_option_have_their_types()
    {
        ContractCode.TryParse(ContractKey.Name("GCOR01P11000"), out ContractCode? code).Should().BeTrue();

        code.Should().BeEquivalentTo(new { Commodity = "GC", Series = "", Kind = ContractCodeKind.Put, Delivery = new JalaliMonth(1401, 2), StrikeNumber = 11000L, Strike = 110_000_000m });
    }

    [Fact]
    public void The_strike_of_a_commodity_whose_unit_is_unknown_is_null()
    {
        ContractCode.TryParse("FEDY03C30", out ContractCode? code).Should().BeTrue();

        code!.StrikeNumber.Should().Be(30);
        code.Strike.Should().BeNull();
    }

    [Fact]
    public void Digits_between_commodity_and_month_are_the_series_and_not_part_of_the_commodity()
    {
        ContractCode.TryParse("GB30AB03", out ContractCode? code).Should().BeTrue();

        (code!.Commodity, code.Series).Should().Be(("GB", "30"));
    }

    [Theory]
    [InlineData("GCOR94", 1394)]
    [InlineData("GCDY87", 1387)]
    [InlineData("GCDY86", 1486)]
    [InlineData("GCDY99", 1399)]
    [InlineData("GCDY00", 1400)]
    public void A_two_digit_year_is_read_as_a_year_in_which_the_exchange_had_derivatives(string text, int year)
    {
        ContractCode.TryParse(text, out ContractCode? code).Should().BeTrue();

        code!.Delivery.Year.Should().Be(year);
    }

    [Fact]
    public void An_id_is_not_parsed_as_a_code()
    {
        ContractCode.TryParse(ContractKey.Id("SAFAB03"), out _).Should().BeFalse();
    }

    [Fact]
    public void Contracts_sort_by_commodity_delivery_kind_and_strike_and_unknown_codes_come_last()
    {
        string[] sorted = ["ETCDY03", "ETCFA04", "GBOR04", "GBOR04C90", "GBOR04C810", "GBOR04P90", "SAFES99", "SAFOR01", "SAFAB03", "SAFDY03", "CD1GOB0001", "زعفران", "id:276", "id:278"];
        ContractKey[] keys = [.. sorted.Select(static text => text.StartsWith("id:", StringComparison.Ordinal) ? ContractKey.Id(text[3..]) : ContractKey.Name(text))];
        const int Seed = 17;
        ContractKey[] shuffled = [.. keys];
        new Random(Seed).Shuffle(shuffled);

        shuffled.Order(ContractCode.KeyOrder).Should().Equal(keys, $"the seed is {Seed}");
    }

    [Fact]
    public void A_month_can_be_compared_and_printed_and_an_invalid_month_is_refused()
    {
        JalaliMonth month = new(1403, 8);

        month.ToString().Should().Be("1403/08");
        (month < new JalaliMonth(1403, 9) && month > new JalaliMonth(1402, 12) && month <= new JalaliMonth(1403, 8) && month >= new JalaliMonth(1403, 8)).Should().BeTrue();
        FluentActions.Invoking(static () => new JalaliMonth(1403, 13)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(static () => new JalaliMonth(0, 1)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
