using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Cli.Watch;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Watch;

/// <summary>Tests the spread of each delivery month to the front month.</summary>
public sealed class CurveTests
{
    [Fact]
    public void The_front_month_is_the_nearest_future_of_the_commodity_that_has_a_price()
    {
        Curve curve = new([Quoted("SAFDY03", 808_500), Quoted("SAFAB03", 0), Quoted("SAFES03", 820_000), Quoted("ETCDY03", 300_000), Quoted("GCOR01C11000", 5)]);

        Cell("SAFDY03", 808_500).Should().Be("front");
        Cell("SAFES03", 820_000).Should().Be("+11,500 +1.42%");
        Cell("ETCDY03", 300_000).Should().Be("front");
        Cell("SAFAB03", 0).Should().Be("-", "the contract has no price");
        Cell("GCOR01C11000", 5).Should().Be("-", "the contract is an option");
        Cell("KBAZ03", 5).Should().Be("-", "the table has no future of this commodity");
        curve.Cell(Quoted("SAFES03", 820_000), 8).Text.Should().Be("  +1.42%");

        string Cell(string code, decimal price) => curve.Cell(Quoted(code, price), 18).Text.Trim();
    }

    [Fact]
    public void An_extreme_price_does_not_end_the_curve()
    {
        Curve curve = new([Quoted("SAFAB03", decimal.MaxValue)]);

        curve.Cell(Quoted("SAFDY03", decimal.MinValue), 18).Text.Should().HaveLength(18);
    }

    [Fact]
    public async Task The_table_sorts_by_delivery_and_shows_the_spread_to_the_front_month()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(120, 24, Tool.Account(simulator), "watch", "--curve", "SAFES03", "GB30AB03", "SAFAB03", "SAFDY03");

        string screen = await terminal.ScreenAsync(static screen => TableTests.Rows(screen).Length == 4, "has four rows");

        screen.Should().Contain("by delivery").And.Contain("to front month");
        string[] rows = TableTests.Rows(screen);
        rows.Select(static row => row.Trim(' ', '▸').Split(' ')[0]).Should().Equal("GB30AB03", "SAFAB03", "SAFDY03", "SAFES03");
        rows[0].Should().Contain("front");
        rows[1].Should().Contain("front");
        rows[2].Should().MatchRegex(@"\+[\d,]+ \+[\d.]+%");

        terminal.Press("c");
        await terminal.ScreenAsync(static screen => !screen.Contains("to front", StringComparison.Ordinal), "hides the curve");
    }

    [Fact]
    public async Task The_curve_is_refused_for_output_in_lines()
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([], "watch", "--curve", "--json", "SAFAB03");

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("--curve is for the table");
    }

    private static Quote Quoted(string code, decimal price) =>
        new Quote(ContractKey.Name(code)).With(new MarketSnapshot { Contract = ContractKey.Name(code), Aggregate = new Aggregate { LastPrice = price } });
}
