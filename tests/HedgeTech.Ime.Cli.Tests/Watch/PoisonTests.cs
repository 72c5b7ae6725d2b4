using System.Diagnostics;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Cli.Watch;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Watch;

/// <summary>No message of a server ends <c>ime watch</c> or makes its memory grow without limit.</summary>
public sealed class PoisonTests
{
    private const decimal Huge = decimal.MaxValue;

    /// <summary>Snapshots with prices at both limits of decimal, so that their difference overflows, with the largest quantities, and with times at both limits.</summary>
    private static readonly MarketSnapshot[] Poison =
    [
        Of(-Huge, Huge, DateTimeOffset.MaxValue, long.MaxValue),
        Of(Huge, -Huge, new DateTimeOffset(1, 1, 2, 0, 0, 0, TimeSpan.Zero), long.MinValue),
        Of(-Huge, -Huge, new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero), -1),
        Of(1e-28m, Huge, new DateTimeOffset(2025, 11, 15, 12, 0, 0, TimeSpan.Zero), 0),
    ];

    [Theory]
    [InlineData("--plain")]
    [InlineData("--json")]
    public async Task No_message_ends_the_output_in_lines(string form)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0 });
        using Process tool = Tool.Start(Tool.Account(simulator), "watch", form, "SAFAB03");
        await simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<string> errors = tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        foreach (MarketSnapshot poison in Poison)
        {
            await simulator.PublishAsync(poison, TestContext.Current.CancellationToken);
            string? line = await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            line.Should().Contain("SAFAB03", line is null ? await errors : "");
        }

        tool.HasExited.Should().BeFalse();
        tool.Kill();
    }

    [Theory]
    [InlineData(80)]
    [InlineData(170)]
    public async Task No_message_ends_the_table_or_the_page_of_a_contract(int width)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0 });
        await using TestTerminal terminal = TestTerminal.Start(width, 30, Tool.Account(simulator), "watch", "SAFAB03", "ETCDY03");
        await simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);

        int shown = 0;
        foreach (MarketSnapshot poison in Poison)
        {
            await simulator.PublishAsync(poison, TestContext.Current.CancellationToken);
            await terminal.ScreenAsync(static screen => TableTests.Rows(screen).Length == 1, "has a row with a book");
            foreach (Sorting _ in Enum.GetValues<Sorting>())
            {
                terminal.Press("s");
            }

            terminal.Press("Enter");
            await terminal.ScreenWithAsync($" {++shown} messages");
            terminal.Press("Escape");
        }

        terminal.Press("q");
        (await terminal.StateAfterEndAsync()).Should().Contain("ended with 0");
    }

    [Fact]
    public void Unrequested_contracts_take_a_limited_number_of_rows()
    {
        Watchlist list = new(ContractSet.ByName("SAFAB03", "ETCDY03"));
        for (int i = 0; i < 10_000; i++)
        {
            list.Apply(new MarketSnapshot { Contract = ContractKey.Name($"X{i}") });
        }

        list.Apply(new MarketSnapshot { Contract = ContractKey.Name("ETCDY03") });

        list.Quotes.Should().HaveCount(102);
        list.Quotes[1].Count.Should().Be(1);
    }

    private static MarketSnapshot Of(decimal low, decimal high, DateTimeOffset at, long quantity) => new()
    {
        Contract = ContractKey.Name("SAFAB03"),
        Timestamp = at,
        BestLimit = new BestLimit(new(quantity, low, quantity, high), new(quantity, high, quantity, low), new(1, low, 1, high)),
        Aggregate = new Aggregate { LastPrice = low, PreviousClose = high, HighPrice = high, LowPrice = low, TotalVolume = quantity, TotalValue = quantity, TradeCount = quantity, Date = DateOnly.MaxValue, Time = TimeOnly.MaxValue },
        AllowedPriceRange = new AllowedPriceRange(low, high),
        ContractInfo = new ContractInfo(quantity, quantity),
    };
}
