using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Cli.Simulate;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Cli.Tests.Watch;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Simulate;

public sealed partial class SimulateTests
{
    [Fact]
    public async Task The_printed_command_watches_the_simulator_and_the_keys_of_the_simulator_work()
    {
        await using TestTerminal simulator = TestTerminal.Start(160, 40, [], "simulate", "SAFAB03", "A new one");
        string screen = await simulator.ScreenWithAsync("q  quit");
        Match line = WatchLine().Match(screen);
        string[] command = line.Groups["command"].Value.Trim().Replace("'A new one'", "A_new_one", StringComparison.Ordinal).Split(' ');
        command = [.. command.Select(static word => word == "A_new_one" ? "A new one" : word)];

        await using TestTerminal watch = TestTerminal.Start(110, 24, [("IME_USERNAME", line.Groups["user"].Value), ("IME_PASSWORD", line.Groups["password"].Value)], command);
        await watch.ScreenAsync(static screen => TableTests.Rows(screen).Length == 2, "has both contracts");
        MatchCollection times = Moment().Matches(await simulator.ScreenWithAsync("for 2 contracts: 101"));
        times.Should().HaveCount(2, "the login and the handshake are shown");
        times.Should().OnlyContain(static time => IsInTehran(time.Value), "the times beside it, those of ime watch, are those of Tehran");

        simulator.Press("d");
        await watch.ScreenWithAsync("gaps 1 (");

        simulator.Press("q");
        (await simulator.StateAfterEndAsync()).Should().Contain("ended with 0");
    }

    /// <summary>Whether a time of day of the last minutes is that of Tehran rather than that of UTC.</summary>
    private static bool IsInTehran(string time)
    {
        double hours = (TimeOnly.Parse(time, CultureInfo.InvariantCulture).ToTimeSpan() - TimeProvider.System.GetUtcNow().TimeOfDay).TotalHours;
        return Math.Round((hours + 24) % 24 * 2) == 7;
    }

    [Fact]
    public async Task A_scheduled_fault_of_the_simulator_happens()
    {
        await using TestTerminal simulator = TestTerminal.Start(160, 40, [], "simulate", "SAFAB03", "--rate", "50", "--fault", "drop@20messages");
        Match line = WatchLine().Match(await simulator.ScreenWithAsync("q  quit"));

        await using TestTerminal watch = TestTerminal.Start(110, 24, [("IME_USERNAME", "demo"), ("IME_PASSWORD", "demo-password")], line.Groups["command"].Value.Trim().Split(' '));

        await watch.ScreenWithAsync("gaps 1 (");
        simulator.Press("C-c");
        (await simulator.StateAfterEndAsync()).Should().Contain("ended with 130");
    }

    [Fact]
    public async Task The_printed_line_for_an_application_is_a_configuration_that_the_library_reads()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        string introduction = Simulation.Introduction(simulator, isPowerShell: false);
        string inPowerShell = Simulation.Introduction(simulator, isPowerShell: true);

        introduction.Should().Contain($"Ime__BaseAddress={simulator.BaseAddress.ToString().TrimEnd('/')} Ime__Username=demo Ime__Password=demo-password");
        inPowerShell.Should().Contain("$env:Ime__Username='demo'; ");
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_reported()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        (int exitCode, _, string errors) = await Tool.RunAsync([], "simulate", "--port", $"{simulator.BaseAddress.Port}");

        exitCode.Should().Be((int)ExitCode.Failure);
        errors.Should().Contain($"{simulator.BaseAddress.Port}").And.NotContain("   at ");
    }

    [Fact]
    public void Every_kind_of_fault_has_a_keyword() => FaultText.Kinds.Values.Should().BeEquivalentTo(Enum.GetValues<SimulatorFaultKind>());

    public static TheoryData<string, SimulatorFault?> Faults => new()
    {
        { "drop@10s", new SimulatorFault(SimulatorFaultKind.Drop) { After = TimeSpan.FromSeconds(10) } },
        { "stall@250ms", new SimulatorFault(SimulatorFaultKind.Stall) { After = TimeSpan.FromMilliseconds(250) } },
        { "restart@1m*3", new SimulatorFault(SimulatorFaultKind.Restart) { After = TimeSpan.FromMinutes(1), Times = 3 } },
        { "close@500messages", new SimulatorFault(SimulatorFaultKind.Close) { AfterMessages = 500 } },
        { "drop", null },
        { "drop@10", null },
        { "drop@0s", null },
        { "drop@10s*0", null },
        { "explode@10s", null },
        { "drop@99999999999999999999s", null },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void A_fault_is_parsed_from_its_text(string text, SimulatorFault? fault) => FaultText.Parse(text).Should().Be(fault);

    [GeneratedRegex(@"^[0-9:]{8}\.[0-9]{3}(?= (POST|GET) )", RegexOptions.Multiline)]
    private static partial Regex Moment();

    [GeneratedRegex(@"IME_USERNAME=(?<user>\S+) IME_PASSWORD=(?<password>\S+) ime (?<command>watch .*)")]
    private static partial Regex WatchLine();
}
