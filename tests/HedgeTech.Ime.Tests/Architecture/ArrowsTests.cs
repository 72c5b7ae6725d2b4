using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace HedgeTech.Ime.Tests.Architecture;

public sealed class ArrowsTests
{
    private const string Root = "(root)";

    /// <summary>
    /// The stages and rooms, and what each may use: a whole room, or one type of a room ("room: type"). The root composes the client, so it may use all rooms. Every
    /// room may use the base of the exceptions, which is in the root. The root of Streaming contains the feed and its values. The rooms of Streaming may use the values.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Authentication"] = ["Market", "Telemetry"],
        ["Bars"] = ["Calendar", "Market", "Streaming", "Streaming/Events"],
        ["Bridges"] = ["Market"],
        ["Calendar"] = [],
        ["Connection"] = ["Authentication", "Connection/Receiving: MessageReceiver", "Connection/Receiving: ReceivedMessage", "Connection/Receiving: ReceivedKind", "Connection/Receiving: ReceivingEnd", "Market", "Streaming/Events: InterruptionReason", "Telemetry"],
        ["Connection/Receiving"] = [],
        ["DependencyInjection"] = [Root, "Authentication", "Calendar", "Connection", "Streaming"], // only the options of these rooms, and the handler that login and handshake share
        ["Json"] = ["Calendar", "Market"],
        ["Market"] = ["Calendar", "Serialization"], // only the converters that the types of Market name in attributes
        ["Serialization"] = ["Market", "Streaming/Events"],
        ["Streaming"] = ["Calendar", "Market", "Streaming/Delivery", "Streaming/Session"], // the enumerator that the feed returns is in Delivery; the trading hours in the options are in Calendar
        ["Streaming/Arbitration"] = ["Market"],
        ["Streaming/Delivery"] = ["Market", "Streaming/Events", "Streaming/Sinks", "Telemetry"],
        ["Streaming/Events"] = ["Market", "Serialization: FeedEventJsonConverter"], // the converter that the events name in attributes
        ["Streaming/Session"] = ["Authentication", "Connection", "Connection/Receiving: ReceivedMessage", "Connection/Receiving: ReceivedKind", "Connection/Receiving: ReceivingThread", "Json", "Market", "Streaming/Arbitration", "Streaming/Delivery", "Streaming/Events", "Streaming/Sinks", "Streaming/Supervision", "Telemetry"],
        ["Streaming/Sinks"] = ["Market", "Streaming/Events"],
        ["Streaming/Supervision"] = ["Authentication", "Calendar", "Connection", "Market", "Streaming/Arbitration", "Streaming/Delivery", "Streaming/Events", "Streaming/Sinks"],
        ["Telemetry"] = [],
    };

    /// <summary>The dependencies that break the order, each with its reason. Remove them where you can.</summary>
    private static readonly (string From, string To, string Type)[] Exceptions =
    [
        // Both rooms name the feed in the ObjectDisposedException that a late call throws. They do not call the feed.
        ("Streaming/Session", "Streaming", "MarketFeed"),
        ("Streaming/Supervision", "Streaming", "MarketFeed"),

        // The arbiter identifies lines by the supervisor's own objects. If it used values instead, it would not depend on the supervisor.
        ("Streaming/Arbitration", "Streaming/Supervision", "Line"),
        ("Streaming/Arbitration", "Streaming/Supervision", "Shard"),
    ];

    private static readonly Lazy<Compilation> Core = new(static () => SourceCompilation.Create("HedgeTech.Ime", Repository.CSharpFiles("src/HedgeTech.Ime")));

    private static readonly Lazy<IReadOnlyCollection<Arrow>> CoreArrows = new(static () => Arrows.Find(Core.Value, RoomOf));

    [Fact]
    public void Every_folder_of_the_core_is_a_stage_or_room_with_known_arrows()
    {
        IEnumerable<string?> rooms = Repository.Files("*.cs", "src/HedgeTech.Ime").Select(static path => RoomOf(path)).Distinct();

        rooms.Should().BeEquivalentTo([Root, .. Allowed.Keys]);
    }

    [Fact]
    public void The_stages_of_the_core_use_only_what_comes_before_them()
    {
        string.Join('\n', Forbidden(CoreArrows.Value)).Should().BeEmpty();
    }

    [Fact]
    public void No_two_rooms_of_connection_and_streaming_use_each_other_directly_or_through_others()
    {
        List<(string From, string To)> left = [.. CoreArrows.Value.Where(static arrow => IsRoom(arrow.From) && IsRoom(arrow.To) && !IsFree(arrow)).Select(static arrow => (arrow.From, arrow.To)).Distinct()];
        left.Should().NotBeEmpty();

        // A room that uses no other room cannot be in a cycle, so every dependency on it can be removed.
        while (left.RemoveAll(arrow => left.TrueForAll(other => other.From != arrow.To)) > 0)
        {
            // Repeats until only cycles are left.
        }

        left.Should().BeEmpty();

        static bool IsRoom(string name) => name.Split('/')[0] is "Connection" or "Streaming";
    }

    [Fact]
    public void The_simulator_does_not_use_the_JSON_code_of_the_core()
    {
        Compilation simulator = SourceCompilation.Create("HedgeTech.Ime.Testing", Repository.CSharpFiles("src/HedgeTech.Ime.Testing"), Core.Value);

        // The simulator writes the wire format with its own code, so that the reader and the simulator check each other.
        Arrows.Find(simulator, static path => path.StartsWith("src/HedgeTech.Ime.Testing/", StringComparison.Ordinal) ? "Testing" : RoomOf(path))
            .Where(static arrow => arrow is { From: "Testing", To: "Json" })
            .Should().BeEmpty();
    }

    [Theory]
    [InlineData("HedgeTech.Ime", "", "Microsoft.Extensions.Http Microsoft.Extensions.Logging.Abstractions Polly.Core")]
    [InlineData("HedgeTech.Ime.Testing", "HedgeTech.Ime", "")]
    [InlineData("HedgeTech.Ime.Hosting", "HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.Hosting.Abstractions")]
    [InlineData("HedgeTech.Ime.AspNetCore", "HedgeTech.Ime HedgeTech.Ime.Hosting", "")]
    [InlineData("HedgeTech.Ime.Recording", "HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks Parquet.Net ZstdSharp.Port")]
    [InlineData("HedgeTech.Ime.Relay", "HedgeTech.Ime", "Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.Hosting.Abstractions StackExchange.Redis")]
    [InlineData("HedgeTech.Ime.Cli", "HedgeTech.Ime HedgeTech.Ime.Hosting HedgeTech.Ime.Recording HedgeTech.Ime.Relay HedgeTech.Ime.Testing", "Spectre.Console System.CommandLine")]
    public void A_package_depends_only_on_what_the_design_lists(string project, string projects, string packages)
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
    public void A_forbidden_dependency_is_found_in_every_syntax(string source)
    {
        Compilation compilation = SourceCompilation.Create("Sample", new Dictionary<string, string>
        {
            ["src/HedgeTech.Ime/Market/A.cs"] = $"namespace HedgeTech.Ime; {source}",
            ["src/HedgeTech.Ime/Streaming/Line.cs"] = "namespace HedgeTech.Ime; class Line { public int Number { get; } }",
            ["src/HedgeTech.Ime/Json/Factory.cs"] = "namespace HedgeTech.Ime; static class Factory { public static Line Make() => new(); public static Line[] Lines() => []; }",
        });

        Forbidden(Arrows.Find(compilation, RoomOf)).Should().ContainEquivalentOf(new Arrow("Market", "Streaming", "src/HedgeTech.Ime/Market/A.cs", "Line"));
    }

    [Fact]
    public void Every_stage_may_use_the_base_of_the_exceptions_and_nothing_else_of_the_root()
    {
        Compilation compilation = SourceCompilation.Create("Sample", new Dictionary<string, string>
        {
            ["src/HedgeTech.Ime/ImeException.cs"] = "namespace HedgeTech.Ime; class ImeException : Exception;",
            ["src/HedgeTech.Ime/ImeClientOptions.cs"] = "namespace HedgeTech.Ime; class ImeClientOptions;",
            ["src/HedgeTech.Ime/Json/A.cs"] = "namespace HedgeTech.Ime; class A : ImeException { ImeClientOptions? _options; }",
        });

        Forbidden(Arrows.Find(compilation, RoomOf)).Should().Equal(new Arrow("Json", Root, "src/HedgeTech.Ime/Json/A.cs", "ImeClientOptions"));
    }

    private static IEnumerable<Arrow> Forbidden(IEnumerable<Arrow> arrows) =>
        arrows.Where(static arrow => arrow.From != Root && !IsFree(arrow) && !Allowed[arrow.From].Any(allowed => allowed == arrow.To || allowed == $"{arrow.To}: {arrow.Type}"));

    private static bool IsFree(Arrow arrow) => Exceptions.Contains((arrow.From, arrow.To, arrow.Type))
        || arrow is { To: Root, Type: nameof(ImeException) }
        || (arrow is { To: "Streaming", Type: not nameof(MarketFeed) } && arrow.From.StartsWith("Streaming/", StringComparison.Ordinal));

    private static string? RoomOf(string path) => path.Split('/') switch
    {
        ["src", "HedgeTech.Ime", _] => Root,
        ["src", "HedgeTech.Ime", var stage, _] => stage,
        ["src", "HedgeTech.Ime", var stage, var room, _] => $"{stage}/{room}",
        _ => null,
    };
}
