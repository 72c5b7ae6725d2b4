using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Arguments;

/// <summary>The tool refuses an invalid command line with one sentence, before it sends a request.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("Unknown option '--josn'. Did you mean '--json'?", "watch", "--josn", "SAFAB03")]
    [InlineData("Unknown option '--base-adress'. Did you mean '--base-address'?", "watch", "--base-adress", "http://127.0.0.1:1", "SAFAB03")]
    [InlineData("Unknown option '--base-adress'. Did you mean '--base-address'?", "watch", "--base-adress=http://127.0.0.1:1", "SAFAB03")]
    [InlineData("Unknown option '-x'.", "watch", "SAFAB03", "-x")]
    [InlineData("Unknown option '--josn'. Did you mean '--json'?", "watch", "--josn", "--", "-SAFAB03")]
    [InlineData("Unknown option '--sumary'. Did you mean '--summary'?", "doctor", "--sumary", "SAFAB03")]
    [InlineData("Unknown option '--fautl'. Did you mean '--fault'?", "simulate", "--fautl", "drop@1s")]
    [InlineData("Unknown option '--shwo'. Did you mean '--show'?", "token", "--shwo")]
    [InlineData("Unknown command 'wacth'. Did you mean 'watch'?", "wacth", "SAFAB03")]
    [InlineData("'ime token' takes no argument.", "token", "SAFAB03")]
    [InlineData("--plain does not accept a value.", "watch", "--plain=maybe", "SAFAB03")]
    [InlineData("--show does not accept a value.", "token", "--show:maybe")]
    [InlineData("--right-to-left is 'x', but must be one of auto, terminal, tool.", "watch", "--right-to-left", "x", "SAFAB03")]
    [InlineData("--right-to-left is '1', but must be one of auto, terminal, tool.", "watch", "--right-to-left", "1", "SAFAB03")]
    [InlineData("--for is 'soon', but must be a time from 1s to 24h, such as 30s, 5m or 1h.", "doctor", "--for", "soon")]
    [InlineData("--for is '1sm', but must be a time", "doctor", "--for", "1sm")]
    [InlineData("--rate is 'abc', but must be 0, or from 0.001 to 1000000 messages per second.", "simulate", "--rate", "abc")]
    [InlineData("--rate is '-1', but must be 0, or", "simulate", "--rate", "-1")]
    [InlineData("--rate is 'NaN', but must be 0, or", "simulate", "--rate", "NaN")]
    [InlineData("--port is 'x', but must be from 0 to 65535.", "simulate", "--port", "x")]
    [InlineData("--port is '65536', but must be from 0 to 65535.", "simulate", "--port", "65536")]
    [InlineData("--seed is '1.5', but must be a whole number.", "simulate", "--seed", "1.5")]
    [InlineData("--fault is 'explode@1s', but must be like drop@10s", "simulate", "--fault", "explode@1s")]
    [InlineData("SHELL is 'fish', but must be one of bash, zsh, pwsh.", "completion", "fish")]
    [InlineData("Unknown command 'recrod'. Did you mean 'record'?", "help", "recrod")]
    [InlineData("'ime help' takes fewer arguments.", "help", "record", "replay")]
    [InlineData("Use --plain or --json, not both.", "watch", "--plain", "--json", "SAFAB03")]
    [InlineData("--relay reads a relay instead of the service, so --base-address has no effect. Leave one of them out.", "watch", "SAFAB03", "--relay", "127.0.0.1:1", "-b", "http://127.0.0.1:1")]
    [InlineData("--relay reads a relay instead of the service, so --config has no effect. Leave one of them out.", "record", "SAFAB03", "--to", "x", "--relay", "127.0.0.1:1", "--config", "x")]
    [InlineData("CONTRACT is missing: 'ime watch CONTRACT...'.", "watch")]
    [InlineData("SHELL is missing: 'ime completion SHELL'.", "completion")]
    [InlineData("Required argument missing for option: '--config'.", "token", "--config")]
    public async Task An_invalid_command_line_is_refused_with_one_sentence_and_without_a_login(string sentence, params string[] arguments)
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync();

        (int exitCode, string output, string errors) = await Tool.RunAsync(Tool.Account(simulator), arguments);

        exitCode.Should().Be((int)ExitCode.Usage, output + errors);
        output.Should().BeEmpty();
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2);
        errors.Should().StartWith($"ime: {sentence}").And.Contain("\nSee 'ime").And.NotContain("   at ").And.NotContain("System.");
        simulator.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task The_first_screen_fits_a_terminal_of_80_columns()
    {
        await using TestTerminal terminal = TestTerminal.Start(80, 60, [], "help");

        string[] lines = (await terminal.ScreenWithAsync("ended with 0")).Split('\n');

        lines.Should().ContainSingle(static line => line.TrimStart().StartsWith("Without an account:", StringComparison.Ordinal));
        lines.SkipWhile(static line => !line.TrimStart().StartsWith("Without an account:", StringComparison.Ordinal)).ElementAt(1).TrimStart().Should().StartWith("With an account:");
        lines.SkipWhile(static line => line.TrimEnd() != "Commands:").Skip(1)
            .Where(static line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ').Select(static line => line.Trim().Split(' ')[0])
            .Should().Equal(ImeTool.CreateRoot().Subcommands.Select(static command => command.Name), "the column of the names is not so narrow that they wrap");
    }

    /// <summary>The value of an unknown option may be a password, and screens are recorded. The answer must not contain the value, in whichever syntax it is given.</summary>
    [Theory]
    [InlineData("Unknown option '--pasword'.", "token", "--pasword", "s3cret")]
    [InlineData("Unknown option '--pasword'.", "token", "--pasword=s3cret")]
    [InlineData("Unknown option '--pasword'.", "token", "--pasword:s3cret")]
    [InlineData("Unknown option '--pasword'.", "token", "--pasword", "--s3cret")]
    [InlineData("Unknown option '--password…'.", "token", "--passwords3cret")]
    [InlineData("Unknown option '--token…'.", "watch", "--tokens3cret", "SAFAB03")]
    [InlineData("Unknown option '--s…'.", "watch", "--s3cret", "SAFAB03")]
    [InlineData("'ime token' takes no argument.", "token", "s3cret")]
    [InlineData("'ime completion' takes fewer arguments.", "completion", "bash", "s3cret")]
    [InlineData("Unknown option '-p'.", "token", "-p", "s3cret")]
    [InlineData("Unknown option '-p'.", "token", "-ps3cret")]
    [InlineData("Unknown option '-p'.", "token", "-p=s3cret")]
    [InlineData("Unknown option '-j'. Did you mean '--json'?", "watch", "-josn", "s3cret")]
    [InlineData("Unknown option '-p'.", "watch", "SAFAB03", "-ps3cret")]
    [InlineData("Unknown option '--pasword'.", "watch", "--pasword", "--s3cret", "SAFAB03")]
    [InlineData("Unknown option '--pasword'.", "completion", "--pasword", "s3cret")]
    [InlineData("Unknown option '-p'.", "-ps3cret", "token")]
    [InlineData("Unknown option '--pasword'.", "--pasword", "s3cret", "token")]
    public async Task The_value_of_an_unknown_option_is_never_shown(string sentence, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await Tool.RunAsync([], arguments);

        exitCode.Should().Be((int)ExitCode.Usage, output + errors);
        errors.Should().StartWith($"ime: {sentence}\n");
        (output + errors).Should().NotContain("s3cret");
    }

    [Fact]
    public async Task A_contract_name_that_starts_with_a_hyphen_can_be_given_after_two_hyphens()
    {
        await using ImeSimulator simulator = await Tool.SimulatorAsync(new ImeSimulatorOptions { AcceptAnyContract = true });
        using System.Diagnostics.Process tool = Tool.Start(Tool.Account(simulator), "watch", "--json", "--", "-X");

        (await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).Should().Contain("\"-X\"");
        tool.Kill();
    }

    [Theory]
    [InlineData("watch", "--help", "--josn")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("doctor", "-h")]
    public async Task Help_and_version_exit_with_code_0(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await Tool.RunAsync([], arguments);

        exitCode.Should().Be(0, errors);
        output.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData]
    [InlineData("record")]
    [InlineData("help")]
    public async Task Help_shows_the_same_as_the_option_of_the_command(params string[] command)
    {
        (_, string expected, _) = await Tool.RunAsync([], [.. command, "--help"]);

        (int exitCode, string output, string errors) = await Tool.RunAsync([], ["help", .. command]);

        exitCode.Should().Be(0, errors);
        output.Should().Be(expected).And.Contain($"ime {string.Join(' ', command)}".Trim());
    }

    [Fact]
    public async Task Without_a_command_the_tool_shows_its_help_and_what_to_type_next_with_exit_code_2()
    {
        (_, string help, _) = await Tool.RunAsync([], "--help");

        (int exitCode, string output, string errors) = await Tool.RunAsync([]);

        exitCode.Should().Be((int)ExitCode.Usage);
        output.Should().Be(help).And.Contain("ime simulate").And.Contain("ime help watch");
        errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Default_times_in_the_help_are_written_as_they_are_typed()
    {
        foreach (string command in ImeTool.CreateRoot().Subcommands.Select(static command => command.Name))
        {
            (_, string output, _) = await Tool.RunAsync([], command, "--help");
            output.Should().NotMatchRegex("[0-9]{2}:[0-9]{2}:[0-9]{2}[^Z]", "that is how .NET writes a time: {0}", command);
        }
    }
}
