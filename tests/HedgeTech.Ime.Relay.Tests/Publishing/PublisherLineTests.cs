using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Relay.Publishing;

namespace HedgeTech.Ime.Relay.Tests.Publishing;

public sealed class PublisherLineTests
{
    [Theory]
    [InlineData(4.5)]
    [InlineData(0)]
    public void A_message_has_the_same_time_on_a_line_with_another_timestamp_offset_as_in_the_log(double hours)
    {
        ArrayBufferWriter<byte> written = new();
        MarketSnapshotSerializer.Serialize(new MarketSnapshot { Channel = "IME Stream", Contract = ContractKey.Name("SAFAB03"), Timestamp = DateTimeOffset.UnixEpoch.AddDays(20_000) }, written);

        // The service sends timestamps without an offset.
        byte[] frame = Encoding.UTF8.GetBytes(Regex.Replace(Encoding.UTF8.GetString(written.WrittenSpan), @"(\d\d:\d\d:\d\d(\.\d+)?)(Z|[+-]\d\d:\d\d)", "$1"));
        MarketSnapshotSerializer.TryDeserialize(frame, DateTimeOffset.UnixEpoch, TimeSpan.FromHours(hours), default, out MarketSnapshot? onLine, out _).Should().BeTrue();
        MarketSnapshotSerializer.TryDeserialize(frame, out MarketSnapshot? inLog, out _).Should().BeTrue();

        PublisherLine.TimeOf(onLine!).Should().NotBeNull().And.Be(PublisherLine.TimeOf(inLog!));
    }
}
