using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.DependencyInjection;

namespace HedgeTech.Ime.Cli.Arguments;

/// <summary>Describes the mistakes in a command line, in one sentence each.</summary>
internal static class UsageErrors
{
    /// <summary>Names by which people try to give a secret.</summary>
    private static readonly string[] Secrets = ["--password", "--username", "--user", "--token", "--access-token", "--api-key"];

    /// <summary>Returns the mistakes; none if the command line is valid, or asks for help or completions.</summary>
    public static IReadOnlyList<string> Find(ParseResult command, string[] args)
    {
        // The first word may be a directive, as the completion scripts write it. Help and version need no other argument.
        if (command.Action is HelpAction || command.Tokens is [{ Type: TokenType.Directive }, ..])
        {
            return [];
        }

        List<string> problems = [.. ValuesOfSwitches(command, args)];
        if (problems.Count == 0)
        {
            problems = [.. UnknownOptions(command)];
        }

        if (problems.Count == 0)
        {
            problems = [.. Unmatched(command)];
        }

        // The parser's errors for a command line with an unknown option result from that option.
        return problems.Count > 0 || command.Errors.Count == 0 ? problems : [.. command.Errors.Select(static error => Line(Missing(error))).Distinct()];
    }

    /// <summary>Returns the unknown options. The parser treats a word that begins with <c>-</c> and is not after <c>--</c> as an argument. Only the first is reported, because the next word may be its value.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult command)
    {
        int literal = command.Tokens.SkipWhile(static token => token.Type != TokenType.DoubleDash).Count(static token => token.Type == TokenType.Argument);
        return command.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(static argument => argument.Tokens)
            .Select(static token => token.Value)
            .SkipLast(literal)
            .Where(IsOption)
            .Take(1)
            .Select(word => UnknownOption(word, command.CommandResult.Command));
    }

    private static IEnumerable<string> Unmatched(ParseResult command)
    {
        Command chosen = command.CommandResult.Command;
        IReadOnlyList<string> words = command.UnmatchedTokens;
        if (words.FirstOrDefault(IsOption) is { } option)
        {
            // The following words may be its value, which may be a password.
            return [UnknownOption(option, chosen)];
        }

        // The words after an unknown command belong to it.
        return words.Take(1).Select(word =>
            chosen.Subcommands.Count > 0 ? $"Unknown command '{CellText.Printable(word)}'.{Suggestion.For(word, chosen.Subcommands.Select(static one => one.Name))}"
            : $"'ime {chosen.Name}' {(chosen.Arguments.Count == 0 ? "takes no argument" : "takes fewer arguments")}.");
    }

    /// <summary>Returns the values given to switches, which the parser treats as arguments: <c>--plain=maybe</c>.</summary>
    private static IEnumerable<string> ValuesOfSwitches(ParseResult command, string[] args) =>
        from word in args.TakeWhile(static word => word != "--")
        let separator = word.AsSpan().IndexOfAny('=', ':')
        where separator > 0 && IsOption(word) && !bool.TryParse(word[(separator + 1)..], out _)
        from option in command.CommandResult.Command.Options
        where option.ValueType == typeof(bool) && option.Aliases.Prepend(option.Name).Contains(word[..separator])
        select $"{option.Name} does not accept a value.";

    /// <summary>Names the option without its value, which may be a password and may follow the name at once.</summary>
    private static string UnknownOption(string word, Command command)
    {
        string name = word.Split('=', ':')[0];
        string[] known = [.. command.Options.SelectMany(static option => option.Aliases.Prepend(option.Name))];
        return $"Unknown option '{CellText.Printable(Shown(name, known))}'.{Suggestion.For(name, known)}";
    }

    /// <summary>A word that resembles a name that people know is shown whole, any other only with its first letter.</summary>
    private static string Shown(string name, IEnumerable<string> known)
    {
        int hyphens = name.StartsWith("--", StringComparison.Ordinal) ? 2 : 1;
        if (hyphens == 2 && NearestName.Of(name, known.Concat(Secrets)) is not null)
        {
            return name;
        }

        string start = Secrets.Where(secret => name.StartsWith(secret, StringComparison.OrdinalIgnoreCase)).MaxBy(static secret => secret.Length)
            ?? name[..(hyphens + StringInfo.GetNextTextElementLength(name, hyphens))];
        return hyphens == 2 && start.Length < name.Length ? start + "…" : start;
    }

    private static string Missing(ParseError error) =>
        error.SymbolResult is ArgumentResult { Argument: { Arity.MinimumNumberOfValues: > 0 } argument, Tokens.Count: 0, Parent: CommandResult { Command: var command } }
            ? $"{argument.Name.ToUpperInvariant()} is missing: 'ime {command.Name} {argument.Name.ToUpperInvariant()}{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}'."
            : error.Message;

    private static string Line(string message) => CellText.Printable(string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static bool IsOption(string word) => word.StartsWith('-') && word.Length > 1;
}
