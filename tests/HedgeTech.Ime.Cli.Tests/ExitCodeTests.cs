namespace HedgeTech.Ime.Cli.Tests;

public sealed class ExitCodeTests
{
    [Fact]
    public async Task A_command_line_that_cannot_be_understood_ends_with_the_code_of_wrong_usage()
    {
        int code = await ImeTool.RunAsync(["no-such-command"]);

        code.Should().Be((int)ExitCode.Usage);
    }
}
