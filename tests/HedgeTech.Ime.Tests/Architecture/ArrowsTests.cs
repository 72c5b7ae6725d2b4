using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace HedgeTech.Ime.Tests.Architecture;

public sealed class ArrowsTests
{
    private const string Root = "(root)";

    /// <summary>The stages, and what each may use. The root composes, so it may use every one; of the root a stage may use the base of its exceptions.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Authentication"] = ["Market", "Telemetry"],
        ["Bars"] = ["Calendar", "Market", "Streaming"],
        ["Calendar"] = [],
        ["Connection"] = ["Authentication", "Market", "Streaming", "Telemetry"], // of Streaming the reason of an interruption
        ["DependencyInjection"] = [Root, "Authentication", "Calendar", "Connection", "Streaming"], // of these the options, and the handler that login and handshake share
        ["Json"] = ["Calendar", "Market"],
        ["Market"] = ["Calendar", "Serialization"], // of Serialization the converters that its types name in attributes
        ["Serialization"] = ["Market", "Streaming"], // of Streaming the events
        ["Streaming"] = ["Authentication", "Calendar", "Connection", "Json", "Market", "Serialization", "Telemetry"],
        ["Telemetry"] = [],
    };

    private static readonly Lazy<Compilation> Core = new(static () => SourceCompilation.Create("HedgeTech.Ime", Repository.CSharpFiles("src/HedgeTech.Ime")));

    [Fact]
    public void Every_folder_of_the_core_is_a_stage_with_known_arrows()
    {
        IEnumerable<string?> folders = Repository.Files("*.cs", "src/HedgeTech.Ime").Select(static path => FolderOf(path)).Distinct();

        folders.Should().BeSubsetOf([Root, .. Allowed.Keys]);
    }

    [Fact]
    public void The_stages_of_the_core_use_only_what_comes_before_them()
    {
        Forbidden(Core.Value).Should().BeEmpty();
    }

    [Fact]
    public void The_simulator_uses_the_core_without_its_json()
    {
        Compilation simulator = SourceCompilation.Create("HedgeTech.Ime.Testing", Repository.CSharpFiles("src/HedgeTech.Ime.Testing"), Core.Value);

        // It writes the wire by itself, so that reader and simulator check each other.
        Arrows.Find(simulator, static path => path.StartsWith("src/HedgeTech.Ime.Testing/", StringComparison.Ordinal) ? "Testing" : FolderOf(path))
            .Where(static arrow => arrow is { From: "Testing", To: "Json" })
            .Should().BeEmpty();
    }

    [Theory]
    [InlineData("HedgeTech.Ime", "", "Microsoft.Extensions.Http Microsoft.Extensions.Logging.Abstractions Polly.Core")]
    [InlineData("HedgeTech.Ime.Testing", "HedgeTech.Ime", "")]
    [InlineData("HedgeTech.Ime.Hosting", "HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.Hosting.Abstractions")]
    [InlineData("HedgeTech.Ime.Cli", "HedgeTech.Ime HedgeTech.Ime.Hosting HedgeTech.Ime.Testing", "Spectre.Console System.CommandLine")]
    public void A_package_depends_on_nothing_but_what_the_design_lists(string project, string projects, string packages)
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));

        file.Descendants("ProjectReference").Select(static reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Should().BeSubsetOf(projects.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        file.Descendants("PackageReference").Where(static reference => reference.Attribute("PrivateAssets")?.Value != "all").Select(static reference => reference.Attribute("Include")!.Value)
            .Should().BeSubsetOf(packages.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("class A { Line? _field; }")]
    [InlineData("class A { void B() { new List<Line>().Clear(); } }")]
    [InlineData("class A { object B() => Factory.Make(); }")]
    [InlineData("class A { void B() { foreach (var line in Factory.Lines()) { } } }")]
    [InlineData("class A : Line;")]
    [InlineData("class A { bool B(object o) => o is Line { Number: 1 }; }")]
    [InlineData("class A { object B() => typeof(Line); }")]
    public void A_forbidden_arrow_is_found_however_it_is_written(string source)
    {
        Compilation compilation = SourceCompilation.Create("Sample", new Dictionary<string, string>
        {
            ["src/HedgeTech.Ime/Market/A.cs"] = $"namespace HedgeTech.Ime; {source}",
            ["src/HedgeTech.Ime/Streaming/Line.cs"] = "namespace HedgeTech.Ime; class Line { public int Number { get; } }",
            ["src/HedgeTech.Ime/Json/Factory.cs"] = "namespace HedgeTech.Ime; static class Factory { public static Line Make() => new(); public static Line[] Lines() => []; }",
        });

        Forbidden(compilation).Should().ContainEquivalentOf(new Arrow("Market", "Streaming", "src/HedgeTech.Ime/Market/A.cs", "Line"));
    }

    [Fact]
    public void The_base_of_the_exceptions_is_free_for_every_stage_and_the_rest_of_the_root_for_none()
    {
        Compilation compilation = SourceCompilation.Create("Sample", new Dictionary<string, string>
        {
            ["src/HedgeTech.Ime/ImeException.cs"] = "namespace HedgeTech.Ime; class ImeException : Exception;",
            ["src/HedgeTech.Ime/ImeClientOptions.cs"] = "namespace HedgeTech.Ime; class ImeClientOptions;",
            ["src/HedgeTech.Ime/Json/A.cs"] = "namespace HedgeTech.Ime; class A : ImeException { ImeClientOptions? _options; }",
        });

        Forbidden(compilation).Should().Equal(new Arrow("Json", Root, "src/HedgeTech.Ime/Json/A.cs", "ImeClientOptions"));
    }

    private static IEnumerable<Arrow> Forbidden(Compilation compilation) =>
        Arrows.Find(compilation, FolderOf).Where(static arrow =>
            arrow.From != Root
            && !Allowed[arrow.From].Contains(arrow.To)
            && arrow is not { To: Root, Type: nameof(ImeException) });

    private static string? FolderOf(string path) => path.Split('/') switch
    {
        ["src", "HedgeTech.Ime", _] => Root,
        ["src", "HedgeTech.Ime", var folder, ..] => folder,
        _ => null,
    };
}
