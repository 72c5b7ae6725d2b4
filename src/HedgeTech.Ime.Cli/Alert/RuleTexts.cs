using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Collects rules from a command line and a file.</summary>
internal static class RuleTexts
{
    private const char Comment = '#';

    /// <summary>Returns what is wrong with the rules of a command line, in a sentence each.</summary>
    public static IEnumerable<string> ProblemsWith(IReadOnlyList<string> rules, ContractKeyKind kind) =>
        rules.Select((text, i) => Problem($"Rule {i + 1}", text, kind)).OfType<string>();

    /// <summary>Returns the rules of a command line and of a file.</summary>
    /// <param name="rules">Those of the command line.</param>
    /// <param name="file">The file; null for none.</param>
    /// <param name="kind">Whether they name contracts by name or by id.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ToolException">The file cannot be read, has a wrong rule, or there is no rule at all.</exception>
    public static async Task<IReadOnlyList<AlertRule>> ReadAsync(IReadOnlyList<string> rules, string? file, ContractKeyKind kind, CancellationToken cancellationToken)
    {
        (string Text, int Line)[] lines = file is null ? [] : await ReadFileAsync(file, cancellationToken);
        string[] problems = [.. lines.Select(line => Problem($"{CellText.Printable(file!)}, line {line.Line}", line.Text, kind)).OfType<string>()];
        if (problems.Length > 0)
        {
            throw new ToolException(ExitCode.Usage, string.Join('\n', problems));
        }

        AlertRule[] all = [.. rules.Concat(lines.Select(static line => line.Text)).Select(text => RuleParser.TryParse(text, kind, out _)!)];
        return all.Length > 0 ? all : throw new ToolException(ExitCode.Usage, $"{CellText.Printable(file!)} has no rule. A rule is {RuleParser.Forms}, one a line.");
    }

    private static string? Problem(string place, string text, ContractKeyKind kind) =>
        RuleParser.TryParse(text, kind, out string problem) is null ? $"{place}, '{CellText.Printable(text.Trim())}', is wrong: {problem}" : null;

    private static async Task<(string Text, int Line)[]> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            string[] lines = await File.ReadAllLinesAsync(file, cancellationToken);
            return [.. lines.Select(static (text, i) => (text.Trim(), i + 1)).Where(static line => line.Item1.Length > 0 && line.Item1[0] != Comment)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Usage, $"The file of --rules cannot be read: {failure.Message}", failure);
        }
    }
}
