namespace HedgeTech.Ime.Cli.Tests;

public sealed class ExitCodeTests
{
    [Fact]
    public async Task An_invalid_command_line_exits_with_the_code_for_wrong_usage()
    {
        int code = await ImeTool.RunAsync(["no-such-command"]);

        code.Should().Be((int)ExitCode.Usage);
    }
}
