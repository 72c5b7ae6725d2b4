using System.CommandLine;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Help;

/// <summary><c>ime help</c>: the same as the option <c>--help</c>.</summary>
internal static class HelpCommand
{
    /// <param name="root">The command that has all others.</param>
    public static Command Create(RootCommand root)
    {
        Argument<string?> name = new("command") { HelpName = "command", Description = "The command. Default: the tool itself.", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add(_ => root.Subcommands.Select(static command => new System.CommandLine.Completions.CompletionItem(command.Name)));
        Command help = new("help", "Show the help of a command.") { name };
        help.Validators.Add(parsed =>
        {
            if (parsed.GetValue(name) is { } wanted && !root.Subcommands.Any(command => command.Name == wanted))
            {
                parsed.AddError($"Unknown command '{CellText.Printable(wanted)}'.{Suggestion.For(wanted, root.Subcommands.Select(static command => command.Name))}");
            }
        });
        help.SetAction(parsed => Show(root, parsed.GetValue(name)));
        return help;
    }

    /// <summary>Shows the help of a command; of the tool itself without one.</summary>
    public static int Show(RootCommand root, string? command) => root.Parse(command is null ? ["--help"] : [command, "--help"]).Invoke();
}
