using System.ComponentModel;
using System.Reflection;
using HedgeTech.Ime.AspNetCore;
using HedgeTech.Ime.Hosting;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>The reference names every option, event and exception that exists, and nothing else.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string, string, object> OptionTables => new()
    {
        { "docs/reference/options.md", "ImeClientOptions", new ImeClientOptions() },
        { "docs/reference/options.md", "ImeClientOptions.Authentication", new AuthenticationOptions() },
        { "docs/reference/options.md", "ImeClientOptions.Connection", new ConnectionOptions() },
        { "docs/reference/options.md", "ImeClientOptions.Reconnect", new ReconnectOptions() },
        { "docs/reference/options.md", "ImeClientOptions.Feed", new FeedOptions() },
        { "docs/reference/options.md", "ImeFeedOptions", new ImeFeedOptions() },
        { "docs/reference/options.md", "ImeHealthCheckOptions", new ImeHealthCheckOptions() },
        { "docs/reference/options.md", "ImeBoardOptions", new ImeBoardOptions() },
        { "docs/reference/options.md", "RecordingOptions", new RecordingOptions() },
        { "docs/reference/options.md", "ReplayOptions", new ReplayOptions() },
        { "docs/reference/options.md", "ExportOptions", new ExportOptions() },
        { "docs/reference/options.md", "RelayOptions", new RelayOptions() },
        { "docs/reference/simulator-options.md", "ImeSimulatorOptions", new ImeSimulatorOptions() },
        { "docs/reference/simulator-options.md", "SimulatorTokenOptions", new ImeSimulatorOptions().Tokens },
        { "docs/reference/simulator-options.md", "SimulatorSpelling", new SimulatorSpelling() },
    };

    [Theory]
    [MemberData(nameof(OptionTables), DisableDiscoveryEnumeration = true)]
    public void The_reference_lists_every_option_with_its_default_and_nothing_else(string path, string heading, object options)
    {
        string[][] rows = [.. Rows(path, $"## {heading}")];
        PropertyInfo[] properties = [.. options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)];

        rows.Select(static row => row[0]).Should().BeEquivalentTo(properties.Select(static property => property.Name));
        foreach (PropertyInfo property in properties.Where(static property => property.CanWrite))
        {
            string documented = rows.Single(row => row[0] == property.Name)[1];
            documented.Should().Be(property.Name == nameof(ImeSimulatorOptions.Spelling) ? "as documented" : Default(options, property), "that is the default of {0}", property.Name);
        }
    }

    [Fact]
    public void The_reference_lists_every_event_with_all_its_properties() =>
        Described("docs/reference/events.md", "# Events", typeof(FeedEvent), except: typeof(MarketSnapshot));

    [Fact]
    public void The_reference_lists_every_exception_with_all_its_properties_and_the_readme_names_it()
    {
        Described("docs/reference/errors.md", "# Errors", typeof(ImeException), except: null);

        string readme = MarkdownFile.Read("README.md").Text;
        ConcreteTypes(typeof(ImeException)).Where(type => !readme.Contains($"| `{type.Name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void The_reference_lists_every_reason_of_an_interruption_and_nothing_else() =>
        Rows("docs/reference/events.md", "## Reasons of an interruption").Select(static row => row[0]).Should().BeEquivalentTo(Enum.GetNames<InterruptionReason>());

    private static void Described(string path, string heading, Type root, Type? except)
    {
        Dictionary<string, string> rows = Rows(path, heading).Where(static row => !row[0].Contains(' ')).GroupBy(static row => row[0]).ToDictionary(static same => same.Key, static same => string.Join(' ', same.SelectMany(static row => row)));

        rows.Keys.Where(static name => name.StartsWith("Ime", StringComparison.Ordinal) || name.StartsWith("Feed", StringComparison.Ordinal)).Should().BeSubsetOf(ConcreteTypes(root).Select(static type => type.Name));
        IEnumerable<string> missing =
            from type in ConcreteTypes(root)
            from name in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(static property => property.GetCustomAttribute<EditorBrowsableAttribute>() is null)
                .Select(static property => property.Name).Prepend(type.Name)
            where type != except || name == type.Name
            where !rows.TryGetValue(type.Name, out string? row) || !row.Contains(name, StringComparison.Ordinal)
            select $"{type.Name}.{name}";
        missing.Should().BeEmpty();
    }

    private static IEnumerable<Type> ConcreteTypes(Type root) =>
        root.Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(root) && !type.IsAbstract);

    private static string Default(object owner, PropertyInfo property) => (owner, property.GetValue(owner)) switch
    {
        (ImeSimulatorOptions or SimulatorTokenOptions, TimeSpan time) => time.ToString(),
        (_, var value) => ClientOptions.InWords(property.Name, value),
    };

    /// <summary>Returns the cells of the first table below a heading, row by row, without code marks.</summary>
    private static IEnumerable<string[]> Rows(string path, string heading) =>
        MarkdownFile.Read(path).Text.Split('\n')
            .SkipWhile(line => line != heading).Skip(1)
            .SkipWhile(static line => !line.StartsWith('|') && !line.StartsWith('#')).TakeWhile(static line => line.StartsWith('|'))
            .Skip(2)
            .Select(static line => line.Trim('|', ' ').Replace("`", "", StringComparison.Ordinal).Split(" | ").Select(static cell => cell.Trim()).ToArray());
}
