using System.Diagnostics;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Watch;

/// <summary>Tests how <c>ime watch</c> ends, and the state of the terminal afterwards.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task Q_ends_watch_and_restores_the_terminal()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(80, 24, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenWithAsync("● live");

        terminal.Press("q");

        (await terminal.StateAfterEndAsync()).Should().Contain("ended with 0");
    }

    [Theory]
    [InlineData("C-c")]
    [InlineData("C-c", "C-c", "C-c")]
    public async Task Ctrl_C_ends_watch_and_restores_the_terminal(params string[] keys)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(80, 24, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenWithAsync("● live");

        terminal.Press(keys);

        (await terminal.StateAfterEndAsync()).Should().Contain("ended with 130");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    public async Task A_signal_that_ends_watch_restores_the_terminal(string signal)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(80, 24, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenWithAsync("● live");

        await terminal.SignalAsync(signal);

        (await terminal.StateAfterEndAsync()).Should().Contain("ended with 143");
    }

    [Fact]
    public async Task Ctrl_Z_restores_the_terminal_until_watch_continues()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(80, 24, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenWithAsync("● live");

        terminal.Press("C-z");
        (await terminal.ScreenWithAsync("before")).Should().NotContain("SAFAB03");
        (await terminal.IsStoppedAsync()).Should().BeTrue();

        await terminal.SignalAsync("CONT");
        await terminal.ScreenWithAsync("● live");
        terminal.Press("q");
        (await terminal.StateAfterEndAsync()).Should().Contain("ended with 0");
    }

    [Fact]
    public async Task Ctrl_C_ends_watch_while_it_cannot_connect()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await simulator.StopAsync();
        await using TestTerminal terminal = TestTerminal.Start(110, 24, Tool.Account(simulator), "watch", "SAFAB03");
        await terminal.ScreenWithAsync("interrupted");

        terminal.Press("C-c");

        (await terminal.StateAfterEndAsync()).Should().Contain("ended with 130");
    }

    [Fact]
    public async Task A_refused_contract_is_named_on_the_normal_screen()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(110, 24, Tool.Account(simulator), "watch", "SAFAB03", "NOSUCH");

        string screen = await terminal.StateAfterEndAsync();

        screen.Should().Contain("ended with 5").And.Contain("ime: ").And.Contain("At fault is: NOSUCH");
    }

    [Fact]
    public async Task Watch_reports_a_refused_login()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using TestTerminal terminal = TestTerminal.Start(110, 24, [.. Tool.Account(simulator), ("IME_PASSWORD", "wrong-secret")], "watch", "SAFAB03");

        string screen = await terminal.StateAfterEndAsync();

        screen.Should().Contain("ended with 4").And.NotContain("wrong-secret");
    }

    [Fact]
    public async Task The_end_of_the_terminal_ends_watch()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await using (TestTerminal terminal = TestTerminal.Start(80, 24, Tool.Account(simulator), "watch", "SAFAB03"))
        {
            await terminal.ScreenWithAsync("● live");
        }

        await simulator.WhenAsync(static simulator => simulator.Connections.Count == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Without_a_terminal_watch_writes_lines()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        using Process tool = Tool.Start(Tool.Account(simulator), "watch", "SAFAB03");

        string? line = await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

        line.Should().Contain("SAFAB03").And.Contain("last").And.NotContain("\e");
        tool.Kill();
    }

    [Fact]
    public async Task With_json_watch_writes_one_message_per_line_and_events_to_standard_error()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        using Process tool = Tool.Start(Tool.Account(simulator), "watch", "--json", "--id", "276");

        for (int i = 0; i < 20; i++)
        {
            string? line = await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            MarketSnapshotSerializer.Deserialize(System.Text.Encoding.UTF8.GetBytes(line!)).Contract.Should().Be(ContractKey.Id("276"));
        }

        (await tool.StandardError.ReadLineAsync(TestContext.Current.CancellationToken)).Should().Contain("connected: 276");
        tool.Kill();
    }

    [Fact]
    public async Task A_full_disk_under_the_output_of_watch_is_an_error()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        string[] tool = Tool.CommandLine("watch", "--json", "SAFAB03");
        ProcessStartInfo start = new("sh", ["-c", """exec "$@" > /dev/full""", "sh", .. tool]) { RedirectStandardError = true };
        foreach ((string name, string value) in Tool.Environment(Tool.Account(simulator)))
        {
            start.Environment[name] = value;
        }

        using Process shell = Process.Start(start)!;
        string errors = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        shell.ExitCode.Should().Be((int)ExitCode.Failure);
        errors.Should().Contain("ime: Standard output cannot be written");
    }

    [Theory]
    [InlineData("--plain")]
    [InlineData("--json")]
    public async Task A_closed_pipe_ends_watch(string form)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        using Process tool = Tool.Start(Tool.Account(simulator), "watch", form, "SAFAB03");
        await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

        tool.StandardOutput.Close();

        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        tool.ExitCode.Should().Be((int)ExitCode.Success);
        (await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).Should().NotContain("xception");
    }
}
