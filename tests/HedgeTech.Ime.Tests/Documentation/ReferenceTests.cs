namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>The reference names everything that there is.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void Every_option_is_in_the_reference_with_its_default()
    {
        string[] lines = MarkdownFile.Read("docs/reference/options.md").Text.Split('\n');

        IEnumerable<string> missing =
            from option in ClientOptions.Settable()
            let section = Section(lines, option.Owner is ImeClientOptions ? "## ImeClientOptions" : $"## ImeClientOptions.{option.Owner.GetType().Name.Replace("Options", "", StringComparison.Ordinal)}")
            let row = $"| `{option.Property.Name}` | {ClientOptions.InWords(option.Property.Name, option.Property.GetValue(option.Owner))} | "
            where !section.Any(line => line.Replace("`", "", StringComparison.Ordinal).StartsWith(row.Replace("`", "", StringComparison.Ordinal), StringComparison.Ordinal))
            select row;

        missing.Should().BeEmpty();
    }

    [Fact]
    public void Every_event_is_in_the_reference() =>
        Missing("docs/reference/events.md", ConcreteTypes<FeedEvent>()).Should().BeEmpty();

    [Fact]
    public void Every_exception_is_in_the_reference_and_in_the_readme()
    {
        Missing("docs/reference/errors.md", ConcreteTypes<ImeException>()).Should().BeEmpty();
        Missing("README.md", ConcreteTypes<ImeException>()).Should().BeEmpty();
    }

    [Fact]
    public void Every_field_that_can_be_unavailable_is_in_the_reference() =>
        Missing("docs/reference/wire-fields.md", Enum.GetNames<SnapshotFields>().Where(static name => name != nameof(SnapshotFields.None))).Should().BeEmpty();

    private static IEnumerable<string> ConcreteTypes<TBase>() =>
        typeof(TBase).Assembly.GetExportedTypes().Where(static type => type.IsSubclassOf(typeof(TBase)) && !type.IsAbstract).Select(static type => type.Name);

    private static IEnumerable<string> Missing(string path, IEnumerable<string> names)
    {
        string text = MarkdownFile.Read(path).Text;
        return names.Where(name => !text.Contains($"| `{name}`", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Section(string[] lines, string heading) =>
        lines.SkipWhile(line => line != heading).Skip(1).TakeWhile(static line => !line.StartsWith("## ", StringComparison.Ordinal));
}
