using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Tests.Watch;

public sealed class EventTextTests
{
    [Theory]
    [InlineData(1, "1 snapshot is missing in the recording")]
    [InlineData(1234, "1,234 snapshots are missing in the recording")]
    public void Missing_snapshots_are_counted_in_the_right_number(long count, string text) =>
        EventText.Of(new SnapshotsDropped { Count = count, ReceivedAt = default }, isRecorded: true).Should().Be(text);
}
