using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>Checks each row of the table that maps wire fields to properties against the reader.</summary>
public sealed partial class WireFieldsTests
{
    public static TheoryData<string, string, string> Fields => [.. Map().Where(static row => row.Flag.Length > 0).Select(static row => (row.Wire, row.Property, row.Flag))];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_wire_field_is_read_into_the_property_of_its_row_and_into_no_other(string wire, string property, string flag)
    {
        MarketSnapshot without = Read(MessageWith(wire, null));
        without.Unavailable.Should().Be(All);

        MarketSnapshot with = Read(MessageWith(wire, Sample(property)));

        with.Unavailable.Should().Be(All & ~Enum.Parse<SnapshotFields>(flag));
        ValueOf(with, property).Should().NotBe(ValueOf(without, property));
        foreach (string other in Map().Where(row => row.Flag.Length > 0 && row.Property != property).Select(static row => row.Property))
        {
            ValueOf(with, other).Should().Be(ValueOf(without, other), "{0} is not read from {1}", other, wire);
        }
    }

    [Fact]
    public void Every_field_that_can_be_unavailable_has_one_row() =>
        Map().Where(static row => row.Flag.Length > 0).Select(static row => row.Flag)
            .Should().BeEquivalentTo(Enum.GetNames<SnapshotFields>().Where(static name => name != nameof(SnapshotFields.None)));

    [Fact]
    public void The_type_in_a_row_is_the_type_of_its_property()
    {
        foreach ((string _, string property, string type, string _) in Map())
        {
            Type actual = property.Split('.').Aggregate(typeof(MarketSnapshot), static (owner, name) => owner.GetProperty(name)!.PropertyType);
            string name = Nullable.GetUnderlyingType(actual) is { } inner ? $"{inner.Name}?" : actual.Name;
            name.Replace("Int64", "long", StringComparison.Ordinal).Replace("Decimal", "decimal", StringComparison.Ordinal).Replace("String", "string", StringComparison.Ordinal)
                .Should().Be(type, "that is the type of {0}", property);
        }
    }

    private static SnapshotFields All => Enum.GetValues<SnapshotFields>().Aggregate(static (all, one) => all | one);

    private static MarketSnapshot Read(JsonObject message) => MarketSnapshotSerializer.Deserialize(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()));

    private static string Sample(string property) => property switch
    {
        "Timestamp" => "\"2025-11-14T12:00:00\"",
        "Aggregate.Date" => "\"2025-11-14\"",
        "Aggregate.Time" => "\"12:00:00\"",
        _ => 7.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Returns a message that has only the required members and the given field.</summary>
    private static JsonObject MessageWith(string wire, string? value)
    {
        JsonObject message = new() { ["channel"] = "IME Stream", ["contractName"] = "A", ["data"] = new JsonObject() };
        string[] path = wire.Split('.');
        JsonObject owner = message;
        foreach (string section in path[..^1])
        {
            owner[section] ??= new JsonObject();
            owner = owner[section]!.AsObject();
        }

        owner[path[^1]] = value is null ? null : JsonNode.Parse(value);
        return message;
    }

    private static object? ValueOf(object owner, string property) =>
        property.Split('.').Aggregate((object?)owner, static (value, name) => value!.GetType().GetProperty(name)!.GetValue(value));

    private static IEnumerable<(string Wire, string Property, string Type, string Flag)> Map() =>
        Row().Matches(MarkdownFile.Read("docs/reference/wire-fields.md").Text)
            .Select(static row => (row.Groups["wire"].Value, row.Groups["property"].Value, row.Groups["type"].Value, row.Groups["flag"].Value));

    [GeneratedRegex(@"^\| `(?<wire>[\w.]+)`[^|]* \| `(?<property>[\w.]+)` \| `(?<type>[\w?]+)` \| (`(?<flag>\w+)` )?\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
