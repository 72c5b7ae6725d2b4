using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>Tests the common promises of every sample that is a program.</summary>
public sealed class EverySampleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("samples-");

    /// <summary>Each sample with its arguments, and a text that it prints once data have arrived. FOLDER stands for a folder of the test. Port 0 is any free port.</summary>
    public static TheoryData<string, string[], string> Samples => new()
    {
        { "01-TenLines", [], "SAFAB03 | last price " },
        { "02-QuickStart", [], "SAFAB03  " },
        { "03-Worker", ["--urls", "http://127.0.0.1:0"], "SAFAB03 is at " },
        { "04-SpreadAlert", ["--above", "0.000001"], "SAFAB03 is wide: " },
        { "05-CsvRecorder", ["FOLDER"], " recorded, 0 lost" },
        { "07-WebBoard", ["--urls", "http://127.0.0.1:0"], "Now listening on" },
        { "08-Replay", ["--live"], " bid " },
        { "09-Relay", [], "reader 2: SAFAB03" },
    };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Samples))]
    public async Task Sample_without_an_account_says_that_it_uses_a_simulated_market_and_ends_cleanly_after_Ctrl_C(string sample, string[] arguments, string text)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that another process can send in place of Ctrl+C.");
        await using SampleProgram program = Start(sample, [], arguments);
        await program.LineWithAsync("the market is simulated", TestContext.Current.CancellationToken);
        await program.LineWithAsync(text, TestContext.Current.CancellationToken);

        await program.InterruptAsync(TestContext.Current.CancellationToken);

        (int exitCode, IReadOnlyList<string> lines, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);
        errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        lines.Should().NotContain(static line => line.Contains("Exception", StringComparison.Ordinal));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Samples))]
    public async Task Sample_with_a_wrong_password_ends_with_one_plain_sentence_and_exit_code_1(string sample, string[] arguments, string _)
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using SampleProgram program = Start(sample, SampleProgram.Account(simulator, "wrong-s3cret"), arguments);

        (int exitCode, IReadOnlyList<string> lines, string errors) = await program.EndAsync(TestContext.Current.CancellationToken);

        exitCode.Should().Be(1);
        errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain("refused").And.Contain("password").And.NotContain("wrong-s3cret");
        string.Concat(lines).Should().NotContain("wrong-s3cret").And.NotContain("Exception");
        simulator.Logins.Should().ContainSingle("a sample must not try a wrong password again");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private SampleProgram Start(string sample, (string Name, string Value)[] environment, string[] arguments)
    {
        Assert.SkipWhen(sample == "09-Relay" && RelayTests.Find("redis-server") is null, "redis-server is not installed");
        return SampleProgram.Start(sample, environment, [.. arguments.Select(argument => argument == "FOLDER" ? _folder.FullName : argument)]);
    }
}
