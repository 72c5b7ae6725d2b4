using System.Diagnostics;
using HedgeTech.Ime.Cli.Relay;
using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Relay;

public sealed class RelayTests : IDisposable
{
    private static readonly (string, string) Secret = ("IME_REDIS_PASSWORD", OwnRedis.Password);

    private readonly RecordingFolder _recording = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _recording.Dispose();

    [Fact]
    public async Task Messages_from_the_relay_can_be_watched_and_recorded_without_an_account()
    {
        await using OwnRedis redis = await OwnRedis.StartAsync();
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 20 });
        await using TestTerminal terminal = TestTerminal.Start(100, 24, [.. Tool.Account(simulator), Secret], "relay", "SAFAB03", "--redis", redis.Address, "--name", "gold");
        await terminal.ScreenWithAsync("● leading");
        await simulator.WhenSubscribedAsync(cancellationToken: Token);

        using Process watch = Tool.Start([Secret], "watch", "SAFAB03", "--relay", redis.Address, "--name", "gold", "--json");
        (await watch.StandardOutput.ReadLineAsync(Token)).Should().StartWith("{").And.Contain("SAFAB03");
        watch.Kill();
        await watch.WaitForExitAsync(Token);
        await using TestTerminal recorder = TestTerminal.Start(100, 24, [Secret], "record", "SAFAB03", "--relay", redis.Address, "--name", "gold", "--to", _recording.Path);
        await recorder.ScreenWithAsync("● recording   1"); // the number may have more digits
        recorder.Press("C-c");
        string recorded = await recorder.ScreenWithAsync("ended with 0");
        terminal.Press("C-c");

        recorded.Should().Contain("recorded in").And.NotContain(" 0 messages");
        string screen = await terminal.ScreenWithAsync("ended with 0");
        screen.Should().Contain("published, none dropped.").And.NotContain(OwnRedis.Password);
        screen[screen.IndexOf("leading", StringComparison.Ordinal)..].Should().NotContain("standing by");
        (int exitCode, string output, string errors) = await Tool.RunAsync([], "replay", _recording.Path, "--json");
        exitCode.Should().Be(0, errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().NotBeEmpty().And.AllSatisfy(static line => line.Should().Contain("SAFAB03"));
    }

    [Fact]
    public async Task An_alert_and_a_watch_name_the_contract_that_the_relay_does_not_have()
    {
        await using OwnRedis redis = await OwnRedis.StartAsync();
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 20 });
        await using TestTerminal terminal = TestTerminal.Start(100, 24, [.. Tool.Account(simulator), Secret], "relay", "SAFAB03", "--redis", redis.Address, "--name", "gold");
        await terminal.ScreenWithAsync("● leading");
        const string Named = "ime: No messages arrive for SAFAB3, because the relay 'gold' only has SAFAB03.";

        using Process alert = Tool.Start([Secret], "alert", "SAFAB3 last > 1", "--relay", redis.Address, "--name", "gold");
        using Process watch = Tool.Start([Secret], "watch", "SAFAB3", "--relay", redis.Address, "--name", "gold");
        await WhenSaidAsync(alert, Named);
        await WhenSaidAsync(watch, Named);

        alert.Kill();
        watch.Kill();
    }

    [Fact]
    public async Task An_alert_says_that_nobody_has_written_the_relay()
    {
        await using OwnRedis redis = await OwnRedis.StartAsync();

        using Process alert = Tool.Start([Secret], "alert", "SAFAB03 last > 1", "--relay", redis.Address, "--name", "glod");

        await WhenSaidAsync(alert, "ime: Nothing has been published to the relay 'glod' on this Redis yet. The reader waits for a publisher with this name.");
        alert.Kill();
    }

    [Fact]
    public async Task A_wrong_password_for_Redis_is_reported_without_the_password()
    {
        await using OwnRedis redis = await OwnRedis.StartAsync();

        (int exitCode, _, string errors) = await Tool.RunAsync([("IME_REDIS_PASSWORD", "wrong-one")], "watch", "SAFAB03", "--relay", redis.Address);

        exitCode.Should().Be((int)ExitCode.Failure);
        errors.Should().Contain("ime: Redis refuses the user name or the password").And.NotContain("wrong-one");
        errors.Should().Contain("IME_REDIS_PASSWORD").And.NotContain("RelayOptions", "an option of the library means nothing to a user of the tool");
    }

    [Fact]
    public async Task A_publisher_of_other_contracts_is_told_to_choose_another_name()
    {
        await using OwnRedis redis = await OwnRedis.StartAsync();
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { Rate = 20 });
        await using TestTerminal terminal = TestTerminal.Start(100, 24, [.. Tool.Account(simulator), Secret], "relay", "SAFAB03", "--redis", redis.Address, "--name", "gold");
        await terminal.ScreenWithAsync("● leading");

        (int exitCode, _, string errors) = await Tool.RunAsync([.. Tool.Account(simulator), Secret], "relay", "SAFDY03", "--redis", redis.Address, "--name", "gold");

        exitCode.Should().Be((int)ExitCode.Failure);
        errors.Should().Contain("SAFAB03").And.Contain("Choose it with --name.").And.NotContain("RelayOptions");
    }

    /// <summary>Reads the errors of a tool until a line comes. A slow machine may bring others before it, such as about a missing heartbeat.</summary>
    private static async Task WhenSaidAsync(Process tool, string wanted)
    {
        List<string> said = [];
        while (await tool.StandardError.ReadLineAsync(Token) is { } line)
        {
            said.Add(line);
            if (line == wanted)
            {
                return;
            }
        }

        said.Should().Contain(wanted);
    }

    [Theory]
    [InlineData("relay", "A", "--redis", "localhost:6379,password=hidden")]
    [InlineData("watch", "A", "--relay", "localhost:6379,password=hidden")]
    public async Task A_Redis_password_in_an_argument_is_refused(params string[] arguments)
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([], arguments);

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("must not contain a password").And.Contain("IME_REDIS_PASSWORD").And.NotContain("hidden");
    }

    [Theory]
    [InlineData("--redis must be HOST:PORT", "relay", "A", "--redis", "localhost:port")]
    [InlineData("--name must be", "relay", "A", "--redis", "localhost:6379", "--name", "go ld")]
    [InlineData("--relay must be HOST:PORT", "alert", "A last > 1", "--relay", "ssl=true", "--credentials", "/missing")]
    public async Task A_wrong_address_or_name_of_a_relay_is_reported_before_the_account_is_looked_for(string sentence, params string[] arguments)
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([], arguments);

        exitCode.Should().Be((int)ExitCode.Usage, errors);
        errors.Should().Contain(sentence);
    }

    [Theory]
    [InlineData("--redis must be HOST:PORT, alone or with options", "relay", "A", "--redis", "localhost:port")]
    [InlineData("--relay must be HOST:PORT, alone or with options", "watch", "A", "--relay", "ssl=true")]
    [InlineData("--relay must be HOST:PORT, alone or with options", "watch", "A", "--relay", "localhost:6379,ssl=perhaps")]
    [InlineData("A contract with a line break in its name cannot be relayed.\n", "relay", "A\nB", "--redis", "localhost:6379")]
    [InlineData("--name must be 1 to 64 letters, digits, '.', '_' or '-', because it becomes part of the keys.", "relay", "A", "--redis", "localhost:6379", "--name", "go ld")]
    public async Task An_address_or_a_name_of_a_relay_that_cannot_be_one_is_refused_with_exit_code_2(string sentence, params string[] arguments)
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([("IME_ACCESS_TOKEN", "t")], arguments);

        exitCode.Should().Be((int)ExitCode.Usage, errors);
        errors.Should().StartWith($"ime: {sentence}").And.NotContain("   at ").And.NotContain("Parameter");
    }

    [Fact]
    public async Task The_option_name_without_the_option_relay_is_refused()
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([], "watch", "A", "--name", "gold");

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("--name is the name of a relay, so it needs --relay.");
    }

    [Theory]
    [InlineData(RelayRole.Leading, true, true, 4L, " ● leading   120/s   lag 3 ms   4 readers   01:02:03")]
    [InlineData(RelayRole.Standby, true, true, 1L, " ○ standing by   120/s   lag 3 ms   1 reader   01:02:03")]
    [InlineData(RelayRole.Standby, false, true, null, " ○ standing by, not in step yet   120/s   lag 3 ms   readers unknown   01:02:03")]
    [InlineData(RelayRole.Standby, true, false, null, " ✕ no answer from Redis   120/s   lag 3 ms   readers unknown   01:02:03")]
    public void The_status_line_shows_role_rate_lag_and_readers(RelayRole role, bool isReady, bool isReachable, long? readers, string line) =>
        RelayRun.Progress(role, new RelayPublisherStatistics { IsReady = isReady, Lag = TimeSpan.FromMilliseconds(3) }, isReachable, 120, readers, new TimeSpan(1, 2, 3)).Should().Be(line);
}
