using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Watch;

/// <summary>Tests the table of <c>ime watch</c> in a real terminal, against the simulator.</summary>
public sealed partial class TableTests
{
    private const string PersianName = "قرارداد آتی زعفران نگین تحویل آبان ماه 1403";
    private static readonly string[] Mixed = ["SAFAB03", PersianName, "GB30AB03", "اختيارخ", "زعف0110پ09", "CD1GOC0001"];

    [Theory]
    [InlineData(80)]
    [InlineData(160)]
    public async Task Columns_are_aligned_for_names_of_either_direction(int width)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(width, 24, Tool.Account(simulator), ["watch", .. Mixed]);

        string screen = await terminal.ScreenAsync(screen => Rows(screen).Length == Mixed.Length, "has a row with a book for each contract");

        int title = screen.Split('\n')[1].IndexOf('│', StringComparison.Ordinal);
        Rows(screen).Select(static row => Columns(row[..row.IndexOf('│', StringComparison.Ordinal)])).Should().AllBeEquivalentTo(title);
        Rows(screen).Select(static row => row.TrimEnd()[^2..]).Should().AllSatisfy(static age => age.Should().MatchRegex(@"\ds"));
        screen.Split('\n').Max(Columns).Should().BeLessThanOrEqualTo(width);
    }

    [Fact]
    public async Task A_Persian_name_is_shown_whole_and_unchanged_if_there_is_room()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(160, 24, Tool.Account(simulator), "watch", PersianName, "زعفران0110نگين نوين(پ)");

        string screen = await terminal.ScreenAsync(static screen => Rows(screen).Length == 2, "has two rows");

        screen.Should().Contain(PersianName).And.Contain("زعفران0110نگين نوين(پ)");
    }

    [Fact]
    public async Task The_table_adapts_to_the_size_of_the_terminal()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(80, 24, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenAsync(static screen => Rows(screen).Length == 1 && !Titles(screen).Contains("change"), "has the narrow table");

        terminal.Resize(170, 30);
        await terminal.ScreenAsync(static screen => Titles(screen).Contains("change") && Titles(screen).Contains("ask") && Rows(screen).Length == 1, "has the wide table");

        terminal.Resize(30, 6);
        await terminal.ScreenWithAsync("Too small");

        terminal.Resize(80, 24);
        string back = await terminal.ScreenAsync(static screen => Rows(screen).Length == 1 && !Titles(screen).Contains("change"), "has the narrow table again");
        back.Should().NotContain("Too small").And.Contain("● live");
    }

    [Fact]
    public async Task Watch_loses_nothing_at_a_thousand_messages_per_second_of_sixty_contracts()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { AcceptAnyContract = true, Rate = 1000.0 / 60 });
        string[] contracts = [.. Enumerable.Range(1, 60).Select(static number => $"GBOR04C{number:000}")];
        await using TestTerminal terminal = TestTerminal.Start(120, 66, Tool.Account(simulator), ["watch", .. contracts]);

        string screen = await terminal.ScreenAsync(static screen => Rows(screen).Length == 60 && Rate(screen) >= 900, "has sixty rows and shows at least 900 messages per second");

        screen.Should().Contain("gaps 0").And.Contain("dropped 0").And.Contain("● live");
    }

    [Fact]
    public async Task A_lost_connection_is_counted_and_the_table_continues()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(110, 24, Tool.Account(simulator), "watch", "SAFAB03", "ETCDY03");
        await terminal.ScreenAsync(static screen => Rows(screen).Length == 2, "has two rows");

        await simulator.StopAsync();
        await terminal.ScreenAsync(static screen => screen.Contains("down for", StringComparison.Ordinal) && screen.Contains("interrupted", StringComparison.Ordinal), "says that the connection is down");

        await simulator.StartAgainAsync(TestContext.Current.CancellationToken);
        string screen = await terminal.ScreenAsync(static screen => screen.Contains("● live", StringComparison.Ordinal) && screen.Contains("gaps 1 (", StringComparison.Ordinal), "is live again after a gap");
        screen.Should().Contain("resumed after a gap of");
    }

    [Fact]
    public async Task Watch_counts_an_unreadable_message()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(110, 24, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenAsync(static screen => Rows(screen).Length == 1, "has a row");

        await simulator.SendTextAsync("no snapshot", TestContext.Current.CancellationToken);

        await terminal.ScreenWithAsync("unreadable 1");
    }

    /// <summary>Returns the rows of the table below the titles that have an order book.</summary>
    internal static string[] Rows(string screen) => [.. screen.Split('\n').Skip(2).Where(static line => line.Contains('│', StringComparison.Ordinal))];

    private static string[] Titles(string screen) => screen.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int Rate(string screen) => RateForm().Match(screen) is { Success: true } match ? int.Parse(match.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : 0;

    // The only characters without a column in these names and numbers are direction marks.
    private static int Columns(string text) => text.Count(static letter => letter is not ('\u2068' or '\u2069'));

    [GeneratedRegex(@"([\d,]+) msg/s")]
    private static partial Regex RateForm();
}
