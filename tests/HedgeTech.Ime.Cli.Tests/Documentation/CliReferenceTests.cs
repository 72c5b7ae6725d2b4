using System.CommandLine;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Cli.Alert;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Simulate;
using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Tests.Documentation;

/// <summary>The reference of the tool agrees with the help text.</summary>
public sealed partial class CliReferenceTests
{
    private static readonly string Root = FindRoot();
    private static readonly string[] Reference = File.ReadAllLines(Path.Combine(Root, "docs/reference/cli.md"));

    [Fact]
    public void Every_command_has_a_section_in_the_reference()
    {
        Reference.Where(static line => line.StartsWith("### ", StringComparison.Ordinal))
            .Should().Equal(ImeTool.CreateRoot().Subcommands.Select(static command => $"### ime {command.Name}"));
    }

    [Fact]
    public void The_reference_describes_every_argument_and_option_with_the_text_of_the_help()
    {
        IEnumerable<string> rows = ImeTool.CreateRoot().Subcommands
            .SelectMany(static command => command.Arguments.Cast<Symbol>().Concat(command.Options))
            .Select(static symbol => $"| `{symbol.Name}` | {symbol.Description} |");

        rows.Distinct().Except(Reference).Should().BeEmpty();
    }

    [Fact]
    public void The_reference_describes_no_option_that_does_not_exist()
    {
        IEnumerable<string> described = Reference.Where(static line => line.StartsWith("| `--", StringComparison.Ordinal)).Select(static line => line.Split('`')[1]);

        described.Should().BeSubsetOf(ImeTool.CreateRoot().Subcommands.SelectMany(static command => command.Options).Select(static option => option.Name));
    }

    [Fact]
    public void Every_exit_code_has_a_row_in_the_reference()
    {
        string[] codes = [.. Reference.Where(static line => CodeRow().IsMatch(line)).Select(static line => string.Join('|', line.Split('|')[1..3]).Replace(" ", "", StringComparison.Ordinal))];

        IEnumerable<(int Code, string Name)> all = Enum.GetValues<ExitCode>().Select(static code => ((int)code, code.ToString()))
            .Concat(Enum.GetValues<FaultClass>().Select(static fault => ((int)fault, fault.ToString())));
        codes.Should().Equal(all.Order().Select(static code => $"{code.Code}|{code.Name}"));
    }

    [Fact]
    public void Every_key_has_a_row_in_the_reference()
    {
        IEnumerable<string> rows = WatchView.Keys.Concat(WatchView.ReplayKeys).Select(static key => $"| `{key.Key}` | {key.Meaning} |")
            .Concat(FaultKeys.All.Select(static key => $"| `{key.Key}` | {key.Value.Meaning} |"));

        rows.Except(Reference).Should().BeEmpty();
    }

    [Fact]
    public void Every_field_of_a_rule_has_its_row_with_its_margin()
    {
        IEnumerable<string> rows = AlertField.All.Select(static field => FormattableString.Invariant($"| `{field.Name}` | {field.Meaning} | {field.Margin * 100:0.#} % |"));

        Reference.SkipWhile(static line => line != "| field | what it is | margin |").Skip(2).TakeWhile(static line => line.Length > 0).Should().Equal(rows);
    }

    [Fact]
    public void The_reference_describes_every_environment_variable()
    {
        IEnumerable<string> variables = Directory.EnumerateFiles(Path.Combine(Root, "src/HedgeTech.Ime.Cli"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static file => VariableName().Matches(File.ReadAllText(file)).Select(static match => match.Value)).Distinct();

        variables.Should().NotBeEmpty().And.AllSatisfy(static variable => string.Join('\n', Reference).Should().Contain($"`{variable}`"));
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HedgeTech.Ime.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds HedgeTech.Ime.sln.");
    }

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex CodeRow();

    [GeneratedRegex("IME_[A-Z_]+[A-Z]")]
    private static partial Regex VariableName();
}
