using System.CommandLine;
using HedgeTech.Ime.Cli.Arguments;

namespace HedgeTech.Ime.Cli.Completion;

/// <summary><c>ime completion</c>: prints a script with which a shell completes command lines of the tool by calling the tool.</summary>
internal static class CompletionCommand
{
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "pwsh"];

    public static Command Create()
    {
        Argument<string> shell = new("shell") { HelpName = "shell", Description = "bash, zsh or pwsh (PowerShell).", CustomParser = Values.OneOf(Shells) };
        shell.CompletionSources.Add([.. Shells]);
        Command command = new("completion", "Print a script for a shell that completes the commands and options of ime.") { shell };
        command.SetAction(async (parsed, _) =>
        {
            await Console.Out.WriteAsync(Script(parsed.GetValue(shell)!));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => """
            # eval "$(ime completion bash)" in ~/.bashrc
            _ime_complete() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(ime "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _ime_complete ime

            """,
        "zsh" => """
            # eval "$(ime completion zsh)" in ~/.zshrc, after compinit
            _ime() {
              local -a suggestions
              suggestions=("${(@f)$(ime "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -a suggestions
            }
            compdef _ime ime

            """,
        _ => """
            # ime completion pwsh | Out-String | Invoke-Expression   in $PROFILE
            Register-ArgumentCompleter -Native -CommandName ime -ScriptBlock {
              param($wordToComplete, $commandAst, $cursorPosition)
              ime "[suggest:$cursorPosition]" "$commandAst" 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }

            """,
    };
}
