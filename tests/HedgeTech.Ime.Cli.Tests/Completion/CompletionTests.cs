using System.Diagnostics;
using HedgeTech.Ime.Cli.Completion;
using HedgeTech.Ime.Cli.Tests.Terminal;

namespace HedgeTech.Ime.Cli.Tests.Completion;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("ime wa", "watch")]
    [InlineData("ime sim", "simulate")]
    [InlineData("ime watch --pl", "--plain")]
    [InlineData("ime watch SAFAB03 --base", "--base-address")]
    [InlineData("ime completion zs", "zsh")]
    public async Task Bash_completes_a_partial_word(string line, string completed)
    {
        const string Script = """
            ime() { dotnet "$IME_DLL" "$@"; }
            eval "$(ime completion bash)"
            COMP_LINE=$1; COMP_POINT=${#1}; read -ra COMP_WORDS <<< "$1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _ime_complete
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        ProcessStartInfo start = new("bash", ["-c", Script, "bash", line]) { RedirectStandardOutput = true };
        start.Environment["IME_DLL"] = Tool.CommandLine()[1];
        using Process bash = Process.Start(start)!;

        string output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(completed);
    }

    [Fact]
    public async Task Each_shell_has_a_script_that_calls_the_tool()
    {
        foreach (string shell in CompletionCommand.Shells)
        {
            (int exitCode, string output, _) = await Tool.RunAsync([], "completion", shell);

            exitCode.Should().Be(0);
            output.Should().Contain("[suggest:").And.Contain("ime completion " + shell);
        }
    }

    [Fact]
    public async Task Completion_for_an_unknown_shell_exits_with_the_code_for_wrong_usage()
    {
        (int exitCode, _, string errors) = await Tool.RunAsync([], "completion", "fish");

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Contain("fish");
    }
}
