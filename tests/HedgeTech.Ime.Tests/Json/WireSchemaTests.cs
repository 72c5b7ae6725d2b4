using System.Numerics;
using System.Text;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

public sealed class WireSchemaTests
{
    [Fact]
    public void Every_field_of_a_snapshot_has_one_place_on_the_wire()
    {
        List<SnapshotFields> fields = [WireSchema.Timestamp.Field, .. Members(WireSchema.Data).Select(static member => member.Field)];

        fields.Should().BeEquivalentTo(Enum.GetValues<SnapshotFields>().Where(static field => field != SnapshotFields.None));
        BitOperations.PopCount((uint)WireSchema.IntegerFields).Should().Be(WireSchema.IntegerCount);
        BitOperations.PopCount((uint)WireSchema.DecimalFields).Should().Be(WireSchema.DecimalCount);
        WireSchema.Fields.Should().Be(fields.Aggregate(static (all, field) => all | field));
    }

    [Fact]
    public void The_channel_in_the_schema_is_the_documented_channel_of_snapshots()
    {
        Encoding.UTF8.GetString(WireSchema.SnapshotChannel).Should().Be(MarketSnapshot.DocumentedChannel);
    }

    private static IEnumerable<WireMember> Members(WireSection section) =>
        [.. section.Members.ToArray(), .. section.Sections.ToArray().SelectMany(Members)];
}
