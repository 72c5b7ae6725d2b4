using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

public sealed partial class QuickStartTests
{
    private const string Persian = "قرارداد آتی صندوق طلای کهربا تحویل آذر ماه 1403";

    [Fact(Timeout = 120_000)]
    public async Task Quick_start_without_an_account_streams_a_simulated_market_and_stops_after_the_count()
    {
        await using SampleProgram program = Start([], "--count", "5");

        (int exitCode, IReadOnlyList<string> lines, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);

        exitCode.Should().Be(0, errors);
        errors.Should().BeEmpty();
        lines[0].Should().Contain("simulated");
        lines.Where(static line => Snapshot().IsMatch(line)).Should().HaveCount(5);
        lines.Should().ContainSingle(static line => line.Contains("-- connected: SAFAB03, ETCDY03, GB30AB03", StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task Quick_start_with_an_account_streams_the_service_and_prints_the_events_of_the_stream()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using SampleProgram program = Start(SampleProgram.Account(simulator), "SAFAB03");
        await program.LineWithAsync("SAFAB03  ", TestContext.Current.CancellationToken);

        await simulator.CloseAsync(1012, "service restart");

        (await program.LineWithAsync("interrupted", TestContext.Current.CancellationToken)).Should().Contain("Closed").And.Contain("SAFAB03");
        (await program.LineWithAsync("resumed", TestContext.Current.CancellationToken)).Should().Contain("SAFAB03");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("--count")]
    [InlineData("--count", "none")]
    [InlineData("--count", "0")]
    public async Task Quick_start_with_an_invalid_count_ends_with_one_plain_sentence_and_exit_code_1(params string[] arguments)
    {
        await using SampleProgram program = Start([], arguments);

        (int exitCode, _, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);

        exitCode.Should().Be(1);
        errors.TrimEnd().Should().Be("--count must be a number of snapshots, at least 1.");
    }

    [Fact(Timeout = 120_000)]
    public async Task Quick_start_refuses_an_unknown_option_and_does_not_read_it_as_a_contract()
    {
        await using SampleProgram program = Start([], "--help");

        (int exitCode, _, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);

        exitCode.Should().Be(1);
        errors.TrimEnd().Should().Be("Unknown argument --help. The arguments are: [--count N] [CONTRACT NAME]...");
    }

    [Fact(Timeout = 120_000)]
    public async Task Persian_names_keep_the_columns_of_the_quick_start_aligned()
    {
        await using SampleProgram program = Start([], "--count", "6", "SAFAB03", Persian);

        (_, IReadOnlyList<string> lines, _) = await program.EndAsync(TestContext.Current.CancellationToken);

        // Measures the width on a terminal. A letter with its marks and joiners takes one column, and the isolates around a name take none.
        string[] snapshots = [.. lines.Where(static line => Snapshot().IsMatch(line))];
        string[] drawn = [.. snapshots.Select(static line => line.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal))];
        drawn.Should().HaveCount(6).And.Contain(static line => line.Contains(Persian, StringComparison.Ordinal)).And.Contain(static line => line.Contains("SAFAB03", StringComparison.Ordinal));
        drawn.Select(static line => ColumnsOf(line, '×')).Should().OnlyContain(columns => columns.SequenceEqual(ColumnsOf(drawn[0], '×')));
        drawn.Select(static line => new StringInfo(line).LengthInTextElements).Distinct().Should().ContainSingle();
        snapshots.Where(static line => line.Contains(Persian, StringComparison.Ordinal)).Should().OnlyContain(static line => line.Contains($"\u2068{Persian}\u2069 ", StringComparison.Ordinal));
    }

    private static SampleProgram Start((string Name, string Value)[] environment, params string[] arguments) => SampleProgram.Start("02-QuickStart", environment, arguments);

    private static int[] ColumnsOf(string line, char sign)
    {
        int[] starts = StringInfo.ParseCombiningCharacters(line);
        return [.. Enumerable.Range(0, starts.Length).Where(column => line[starts[column]] == sign)];
    }

    // The columns are time, contract, last, change, bid × quantity, ask × quantity, volume, open interest.
    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3}  \S.*  +[\d,.]+  +[+-]?[\d,.]+  +([\d,.]+ × +[\d]+|-)  +([\d,.]+ × +[\d]+|-)  +[\d,]+  +[\d,]+$")]
    private static partial Regex Snapshot();
}
