using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

public sealed class SpreadAlertTests
{
    [Fact(Timeout = 120_000)]
    public async Task Spread_alert_reports_a_wide_spread_and_an_unknown_spread_while_the_connection_is_down()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: cancellationToken);
        await using SampleProgram program = SampleProgram.Start("04-SpreadAlert", SampleProgram.Account(simulator), "--above", "0.000001", "SAFAB03");
        (await program.LineWithAsync("SAFAB03 is wide", cancellationToken)).Should().MatchRegex(@"^\d\d:\d\d:\d\d\.\d{3} SAFAB03 is wide: 0\.\d{3} %, bid \d+, ask \d+$");

        await simulator.StopAsync();
        await program.LineWithAsync("SAFAB03 is unknown: its connection is down", cancellationToken);
        await simulator.StartAgainAsync(cancellationToken);

        await program.LineWithAsync("SAFAB03 is wide", cancellationToken);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("--above")]
    [InlineData("--above", "0")]
    [InlineData("--above", "wide")]
    public async Task Spread_alert_with_an_invalid_limit_ends_with_one_plain_sentence_and_exit_code_1(params string[] arguments)
    {
        await using SampleProgram program = SampleProgram.Start("04-SpreadAlert", [], arguments);

        (int exitCode, _, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);

        exitCode.Should().Be(1);
        errors.TrimEnd().Should().Be("--above must be a percentage of the mid price, more than 0.");
    }
}
