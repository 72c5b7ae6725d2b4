using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Cli.Token;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Token;

public sealed class TokenTests
{
    [Fact]
    public async Task The_command_token_shows_user_and_expiry_but_not_the_token()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        (int exitCode, string output, string errors) = await Tool.RunAsync(Tool.Account(simulator), "token");

        exitCode.Should().Be(0);
        output.Should().MatchRegex(@"user +demo\n").And.MatchRegex(@"expires +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d Tehran, in (59|60) minutes");
        (output + errors).Should().NotContain(simulator.Logins.Single().Token).And.NotContain(simulator.Password);
    }

    [Fact]
    public async Task The_option_show_prints_only_the_token()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        (int exitCode, string output, _) = await Tool.RunAsync(Tool.Account(simulator), "token", "--show");

        exitCode.Should().Be(0);
        output.Should().Be(simulator.Logins.Single().Token + "\n");
    }

    [Fact]
    public async Task A_refused_login_has_its_own_exit_code_and_shows_no_secret()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        (int exitCode, string output, string errors) = await Tool.RunAsync([.. Tool.Account(simulator), ("IME_PASSWORD", "wrong-secret")], "token");

        exitCode.Should().Be((int)ExitCode.LoginRefused);
        errors.Should().StartWith("ime: ");
        (output + errors).Should().NotContain("wrong-secret");
    }

    [Fact]
    public async Task An_unreachable_service_has_its_own_exit_code()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();
        await simulator.StopAsync();

        (int exitCode, _, string errors) = await Tool.RunAsync(Tool.Account(simulator), "token");

        exitCode.Should().Be((int)ExitCode.Unreachable);
        errors.Should().StartWith("ime: ").And.NotContain("   at ");
    }

    [Fact]
    public void The_command_token_says_that_the_expiry_of_a_token_is_unknown() =>
        TokenCommand.Expiry(null, DateTimeOffset.UnixEpoch).Should().StartWith("unknown");
}
