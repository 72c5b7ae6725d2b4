using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Record;

public sealed class RecordTests : IDisposable
{
    private readonly RecordingFolder _recording = new();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public async Task Every_message_before_Ctrl_C_is_in_the_recording_and_the_exit_code_is_0()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0, KeepMessages = true });
        await using TestTerminal terminal = TestTerminal.Start(100, 24, Tool.Account(simulator), "record", "SAFAB03", "--to", _recording.Path, "--write-interval", "0");
        await simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < 20; i++)
        {
            await simulator.PublishAsync("SAFAB03", TestContext.Current.CancellationToken);
        }

        await terminal.ScreenWithAsync("● recording   20 messages");
        terminal.Press("C-c");

        string screen = await terminal.ScreenWithAsync("ended with 0");
        screen.Should().Contain("20 messages and 1 event recorded in").And.NotContain("● recording");
        (int exitCode, string output, string errors) = await Tool.RunAsync([], "replay", _recording.Path, "--json");
        exitCode.Should().Be(0, errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(20);
    }

    [Fact]
    public async Task A_recording_with_a_given_duration_ends_by_itself()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        (int exitCode, string output, string errors) = await RecordForAWhileAsync(IsConnected, Tool.Account(simulator), "SAFAB03", "ETCDY03");

        exitCode.Should().Be(0, errors);
        output.Should().MatchRegex("^[0-9]+ messages and [0-9]+ events? recorded in .*: 1 segment, .* before compression, none lost\\.\n$");
    }

    [Fact]
    public async Task A_recording_that_never_connected_ends_with_the_reason_and_the_code_for_unreachable()
    {
        (int exitCode, string output, string errors) = await RecordForAWhileAsync(
            static recorded => recorded.Errors.Contains("refused", StringComparison.Ordinal), [("IME_USERNAME", "demo"), ("IME_PASSWORD", "secret")], "SAFAB03", "--base-address", "http://127.0.0.1:1");

        exitCode.Should().Be((int)ExitCode.Unreachable, errors);
        output.Should().BeEmpty();
        errors.Split('\n')[^2].Should().StartWith("ime: No message was recorded, because the tool never connected. The login at 127.0.0.1:1").And.Contain("refused");
    }

    [Fact]
    public async Task A_recording_that_connected_but_got_no_message_is_complete()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 0 });

        (int exitCode, string output, string errors) = await RecordForAWhileAsync(IsConnected, Tool.Account(simulator), "SAFAB03");

        exitCode.Should().Be(0, errors);
        output.Should().StartWith("0 messages and 1 event recorded");
    }

    [Fact]
    public async Task A_recording_of_a_relay_that_was_never_reached_ends_with_the_code_for_unreachable()
    {
        (int exitCode, string output, string errors) = await Tool.RunAsync([], "record", "SAFAB03", "--relay", "127.0.0.1:1", "--to", _recording.Path, "--for", "2s");

        exitCode.Should().Be((int)ExitCode.Unreachable, errors);
        output.Should().BeEmpty();
        errors.Should().EndWith("ime: No message was recorded, because nothing arrived from a publisher of the relay 'ime'. Check --relay and --name, and that 'ime relay' runs.\n");
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_refused_before_a_login_with_the_option_to_correct()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string file = _recording.File("notes.txt");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        (int exitCode, _, string errors) = await Tool.RunAsync(Tool.Account(simulator), "record", "SAFAB03", "--to", file);

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Be($"ime: --to must be a folder, but {file} is a file.\n");
        simulator.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task A_folder_to_which_another_process_records_is_refused_before_a_login()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        using Process first = Tool.Start(Tool.Account(simulator), "record", "SAFAB03", "--to", _recording.Path);
        await simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);

        (int exitCode, _, string errors) = await Tool.RunAsync(Tool.Account(simulator), "record", "SAFAB03", "--to", _recording.Path);

        exitCode.Should().Be((int)ExitCode.Failure);
        errors.Should().StartWith("ime: ").And.Contain(first.Id.ToString(CultureInfo.InvariantCulture));
        simulator.Logins.Should().ContainSingle();
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static bool IsConnected((int ExitCode, string Output, string Errors) recorded) => recorded.ExitCode != (int)ExitCode.Unreachable;

    /// <summary>Records for two seconds, or for longer if that was not enough on a busy machine: <c>--for</c> counts from the start of the process.</summary>
    private async Task<(int ExitCode, string Output, string Errors)> RecordForAWhileAsync(
        Predicate<(int ExitCode, string Output, string Errors)> wasEnough, (string, string)[] environment, params string[] arguments)
    {
        for (int seconds = 2; ; seconds *= 2)
        {
            string folder = _recording.File(seconds.ToString(CultureInfo.InvariantCulture));
            (int, string, string) recorded = await Tool.RunAsync(environment, ["record", .. arguments, "--to", folder, "--for", string.Create(CultureInfo.InvariantCulture, $"{seconds}s")]);
            if (wasEnough(recorded) || seconds >= 32)
            {
                return recorded;
            }
        }
    }
}
