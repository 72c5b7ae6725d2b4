using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Watch;

/// <summary>Tests the keys of <c>ime watch</c> in a real terminal.</summary>
public sealed class KeysTests
{
    private static readonly string[] Contracts = ["SAFAB03", "ETCDY03", "GB30AB03", "KBAZ03"];

    [Fact]
    public async Task The_key_s_sorts_the_table_and_r_reverses_it()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = await StartAsync(simulator);

        terminal.Press("s");
        Names(await terminal.ScreenWithAsync("by name")).Should().Equal("ETCDY03", "GB30AB03", "KBAZ03", "SAFAB03");

        terminal.Press("r");
        Names(await terminal.ScreenWithAsync("by name, reversed")).Should().Equal("SAFAB03", "KBAZ03", "GB30AB03", "ETCDY03");
    }

    [Fact]
    public async Task A_filter_shows_only_the_names_that_contain_it_until_escape()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = await StartAsync(simulator);

        terminal.Press("/", "a", "b", "Enter");
        string screen = await terminal.ScreenWithAsync("2 of 4 contracts");
        Names(screen).Should().Equal("SAFAB03", "GB30AB03");

        terminal.Press("Escape");
        Names(await terminal.ScreenWithAsync("   4 contracts")).Should().HaveCount(4);
    }

    [Fact]
    public async Task A_pause_holds_the_rows_while_the_stream_continues()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0 });
        await using TestTerminal terminal = TestTerminal.Start(100, 24, Tool.Account(simulator), "watch", "SAFAB03", "ETCDY03");
        await simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await simulator.PublishAsync("SAFAB03", TestContext.Current.CancellationToken);
        await terminal.ScreenAsync(static screen => TableTests.Rows(screen).Length == 1, "has a row with a book");

        terminal.Press("p");
        await terminal.ScreenWithAsync("PAUSED");
        await simulator.PublishAsync("ETCDY03", TestContext.Current.CancellationToken);
        await simulator.SendTextAsync("no snapshot", TestContext.Current.CancellationToken); // once the screen counts this message, the tool has also received the one before it
        string paused = await terminal.ScreenWithAsync("unreadable 1");
        TableTests.Rows(paused).Should().HaveCount(1);

        terminal.Press("p");
        string screen = await terminal.ScreenAsync(static screen => TableTests.Rows(screen).Length == 2, "has both rows");
        screen.Should().NotContain("PAUSED");
    }

    [Fact]
    public async Task Enter_shows_the_page_of_the_selected_contract_and_escape_returns_to_the_table()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = await StartAsync(simulator);

        terminal.Press("Down", "Enter");
        string detail = await terminal.ScreenWithAsync("allowed range");
        detail.Should().Contain("ETCDY03").And.NotContain("SAFAB03").And.Contain("open interest").And.Contain("previous close").And.Contain("Tehran");

        terminal.Press("Escape");
        Names(await terminal.ScreenWithAsync("SAFAB03")).Should().Equal(Contracts);
    }

    [Theory]
    [InlineData(18)]
    [InlineData(24)]
    public async Task The_page_of_a_contract_fits_a_small_terminal_with_the_whole_footer(int height)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(80, height, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenAsync(static screen => TableTests.Rows(screen).Length == 1, "has the row");

        terminal.Press("Enter");
        string detail = await terminal.ScreenWithAsync("allowed range");

        detail.Should().NotContain("…");
        string[] footer = detail.TrimEnd().Split('\n')[^3..];
        footer[0].Should().MatchRegex(@"^ \d\d:\d\d:\d\d connected: SAFAB03\s*$");
        footer[1].Should().MatchRegex(@"^ ● live   \d+ msg/s   gaps 0   dropped 0   \d\d:\d\d:\d\d Tehran\s*$");
        footer[2].TrimEnd().Should().Be(" ↑↓ other contract   esc back   p pause   ? help   q quit");
    }

    [Fact]
    public async Task The_table_scrolls_with_the_selected_row()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string[] many = [.. SimulatorContract.BuiltIn.Select(static contract => contract.Code)];
        await using TestTerminal terminal = TestTerminal.Start(100, 15, Tool.Account(simulator), ["watch", .. many]);
        await terminal.ScreenAsync(static screen => TableTests.Rows(screen).Length == 10, "has ten rows");

        terminal.Press("End");
        await terminal.ScreenWithAsync(many[^1]);

        terminal.Press("Home");
        await terminal.ScreenWithAsync(many[0]);
    }

    [Fact]
    public async Task The_help_of_watch_names_every_key()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = await StartAsync(simulator);

        terminal.Press("?");

        string help = await terminal.ScreenWithAsync("this help");
        help.Should().Contain("enter").And.Contain("sort by").And.Contain("reverse").And.Contain("filter").And.Contain("pause").And.Contain("quit");
    }

    private static async Task<TestTerminal> StartAsync(ImeSimulator simulator)
    {
        TestTerminal terminal = TestTerminal.Start(100, 24, Tool.Account(simulator), ["watch", .. Contracts]);
        await terminal.ScreenAsync(static screen => TableTests.Rows(screen).Length == Contracts.Length, "has every row");
        return terminal;
    }

    private static string[] Names(string screen) => [.. TableTests.Rows(screen).Select(static row => row.TrimStart(' ', '▸').Split(' ')[0])];
}
