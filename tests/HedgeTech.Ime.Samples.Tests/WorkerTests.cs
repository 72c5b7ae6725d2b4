using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

public sealed class WorkerTests
{
    [Fact(Timeout = 120_000)]
    public async Task Health_and_metrics_of_the_worker_report_the_feed()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: cancellationToken);
        await using SampleProgram program = SampleProgram.Start("03-Worker", SampleProgram.Account(simulator), "--urls", "http://127.0.0.1:0", "--contracts", "SAFAB03");
        using HttpClient http = new() { BaseAddress = new Uri((await program.LineWithAsync("Now listening on", cancellationToken)).Split(": ")[^1]) };
        await program.LineWithAsync("SAFAB03 is at ", cancellationToken);

        (await http.GetStringAsync(new Uri("health", UriKind.Relative), cancellationToken)).Should().Be("Healthy");
        (await http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellationToken)).Should().MatchRegex(@"(?m)^ime_message_received.* [1-9]\d*(\.\d+)?( \d+)?$");
    }

    [Fact(Timeout = 120_000)]
    public async Task Worker_with_a_refused_contract_ends_with_one_sentence_and_exit_code_1()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using SampleProgram program = SampleProgram.Start("03-Worker", SampleProgram.Account(simulator), "--urls", "http://127.0.0.1:0", "--contracts", "NO-SUCH-CONTRACT");

        (int exitCode, _, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);

        exitCode.Should().Be(1);
        errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain("NO-SUCH-CONTRACT");
    }
}
