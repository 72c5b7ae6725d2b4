using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Reads rules. The name of a contract may contain spaces, so a rule is read from its end.</summary>
internal static partial class RuleParser
{
    /// <summary>What a rule looks like.</summary>
    public const string Forms = "'CONTRACT FIELD > NUMBER' (or >=, <, <=), 'CONTRACT silent 30s' or 'CONTRACT gap'";

    private const string Silent = "silent";
    private const string Gap = "gap";
    private const string Reset = "reset";
    private const decimal Largest = 1_000_000_000_000_000_000; // far above any value of a day, in Rial

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="kind">Whether it names its contract by name or by id.</param>
    /// <param name="problem">What is wrong with it, in a sentence; empty if nothing is.</param>
    /// <returns>The rule; null if it is wrong.</returns>
    public static AlertRule? TryParse(string text, ContractKeyKind kind, out string problem)
    {
        try
        {
            problem = "";
            return Parse(text.Trim(), kind);
        }
        catch (FormatException wrong)
        {
            problem = wrong.Message;
            return null;
        }
    }

    private static AlertRule Parse(string text, ContractKeyKind kind)
    {
        int sign = text.LastIndexOfAny(['<', '>']);
        if (sign >= 0)
        {
            return Threshold(text, sign, kind);
        }

        if (Before(text, Gap) is { } watched)
        {
            return new GapRule(Contract(watched, kind));
        }

        (string start, string last) = SplitLast(text);
        if (Before(start, Silent) is { } listened)
        {
            TimeSpan length = Values.TryTime(last) ?? throw new FormatException($"'{Shown(last)}' must be {Values.TimeForms}.");
            return new SilenceRule(Contract(listened, kind), length);
        }

        throw new FormatException(
            Before(text, Silent) is not null ? "'silent' needs a time, such as 'silent 30s'."
            : $"it has no condition. A rule is {Forms}, in quotes on a command line.");
    }

    private static ThresholdRule Threshold(string text, int sign, ContractKeyKind kind)
    {
        if (text.AsSpan(0, sign).IndexOfAny('<', '>') is >= 0 and var first && (NumberForm().IsMatch(text[..first].Trim()) || AlertField.All.Any(field => Before(text[..first].TrimEnd(), field.Name) is not null)))
        {
            throw new FormatException("it has more than one comparison. Write a rule for each.");
        }

        bool isEqual = text[(sign + 1)..].StartsWith('=');
        Comparison comparison = text[sign] == '>' ? (isEqual ? Comparison.AtLeast : Comparison.Above) : isEqual ? Comparison.AtMost : Comparison.Below;
        (ContractKey contract, AlertField field) = Subject(text[..sign].TrimEnd(), kind);
        string[] words = text[(sign + (isEqual ? 2 : 1))..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 1 && !(words.Length == 3 && words[1].Equals(Reset, StringComparison.OrdinalIgnoreCase)))
        {
            throw new FormatException($"after the comparison comes a number, and then nothing, or 'reset' and a number: '{field.Name} > 800000 reset 799000'.");
        }

        decimal value = Number(words[0]);
        bool isUpward = ThresholdRule.IsUpward(comparison);
        if (words.Length == 1)
        {
            if (value == 0 && field.CrossesZero)
            {
                throw new FormatException($"{field.Name} moves around 0, so the rule must say where the value must come back to: '{field.Name} {text[sign]} 0 reset {(isUpward ? "-0.1" : "0.1")}', for example.");
            }

            decimal margin = Math.Abs(value) * field.Margin;
            return new ThresholdRule(contract, field, comparison, value, isUpward ? value - margin : value + margin);
        }

        decimal reset = Number(words[2]);
        if (isUpward ? reset > value : reset < value)
        {
            throw new FormatException($"the number after 'reset' is where the value must come back to, so it must not be {(isUpward ? "above" : "below")} {Shown(words[0])}, but is {Shown(words[2])}.");
        }

        return new ThresholdRule(contract, field, comparison, value, reset);
    }

    private static (ContractKey Contract, AlertField Field) Subject(string subject, ContractKeyKind kind)
    {
        // The longest name first: "open interest" is not the contract "open" with the field "interest".
        foreach (AlertField field in AlertField.All.OrderByDescending(static field => field.Name.Length))
        {
            if ((Before(subject, field.Name) ?? Before(subject, field.Name.Replace('-', ' '))) is { } contract)
            {
                return (Contract(contract, kind), field);
            }
        }

        string word = SplitLast(subject).Last;
        throw new FormatException(
            word.Length == 0 ? $"it has no contract and no field. A rule is {Forms}."
            : $"'{Shown(word)}' is not a field.{Suggestion.For(word, AlertField.All.Select(static field => field.Name))} The fields are {AlertField.Names}.");
    }

    private static ContractKey Contract(string name, ContractKeyKind kind) =>
        name.Length > 0 ? new ContractKey(kind, name) : throw new FormatException("it has no contract. The contract comes first: 'SAFAB03 last > 800000'.");

    private static decimal Number(string word) =>
        NumberForm().IsMatch(word) && decimal.TryParse(word, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) && Math.Abs(number) <= Largest
            ? number
            : throw new FormatException($"'{Shown(word)}' must be a number such as 800000, 800,000 or 0.5, without a unit.");

    /// <summary>The text before a last word, without the space between them; null if the text does not end with that word.</summary>
    private static string? Before(string text, string word) =>
        text.EndsWith(word, StringComparison.OrdinalIgnoreCase) && (text.Length == word.Length || char.IsWhiteSpace(text[^(word.Length + 1)])) ? text[..^word.Length].TrimEnd() : null;

    private static (string Start, string Last) SplitLast(string text)
    {
        int space = text.AsSpan().LastIndexOfAny(" \t\u00a0");
        return (text[..Math.Max(space, 0)].TrimEnd(), text[(space + 1)..]);
    }

    private static string Shown(string text) => CellText.Printable(text);

    // A comma separates thousands. 0,5 is neither 5 nor 0.5.
    [GeneratedRegex(@"^[+-]?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]+)?\z")]
    private static partial Regex NumberForm();
}
