using System.Buffers;
using System.Text;

namespace HedgeTech.Ime.Tests.Json;

public sealed class MarketSnapshotSerializerTests
{
    private static readonly MarketSnapshot Complete = WireObject.Complete().Read();

    [Fact]
    public void A_snapshot_is_written_in_the_documented_form_and_order()
    {
        string expected = WireObject.Complete().Set("timestamp", "\"2025-11-14T12:00:00\"").ToText();

        Text(Complete).Should().Be(expected);
    }

    [Fact]
    public void An_id_is_written_as_the_text_ContractId()
    {
        Text(Complete with { Contract = ContractKey.Id("276") }).Should().StartWith("{\"channel\":\"IME Stream\",\"ContractId\":\"276\",\"timestamp\":");
    }

    [Fact]
    public void A_Persian_name_is_written_unchanged()
    {
        Text(Complete with { Contract = ContractKey.Name("گواهی سپرده  شمش طلای +995 'ك'") }).Should().Contain("\"contractName\":\"گواهی سپرده  شمش طلای +995 'ك'\"");
    }

    [Fact]
    public void Unavailable_fields_are_written_as_null_and_the_missing_first_trade_as_an_empty_string()
    {
        MarketSnapshot snapshot = Complete with
        {
            Aggregate = Complete.Aggregate with { Date = null, Time = null },
            Unavailable = SnapshotFields.Time | SnapshotFields.Timestamp | SnapshotFields.LastPrice | SnapshotFields.BidQuantity2,
        };

        Text(snapshot).Should().Contain("\"date\":\"\",\"time\":null,").And.Contain("\"timestamp\":null,").And.Contain("\"last_price\":null,").And.Contain("\"2\":{\"buy_quantity\":null,");
    }

    [Theory]
    [InlineData(0, 210, "2025-11-14T12:00:00")]
    [InlineData(5000000, 210, "2025-11-14T12:00:00.5")]
    [InlineData(1234567, 210, "2025-11-14T12:00:00.1234567")]
    [InlineData(10, 210, "2025-11-14T12:00:00.000001")]
    [InlineData(0, 0, "2025-11-14T12:00:00+00:00")]
    [InlineData(1, -300, "2025-11-14T12:00:00.0000001-05:00")]
    public void A_timestamp_is_written_without_trailing_zeros_and_without_the_offset_of_Tehran(long ticks, int offsetMinutes, string expected)
    {
        DateTimeOffset timestamp = new DateTimeOffset(2025, 11, 14, 12, 0, 0, TimeSpan.FromMinutes(offsetMinutes)).AddTicks(ticks);

        Text(Complete with { Timestamp = timestamp }).Should().Contain($"\"timestamp\":\"{expected}\",");
    }

    [Fact]
    public void A_generated_snapshot_is_read_back_equal_including_the_scale_of_decimals()
    {
        int seed = Environment.TickCount;
        SnapshotGenerator generator = new(new Random(seed));
        for (int i = 0; i < 20_000; i++)
        {
            MarketSnapshot snapshot = generator.Next();
            ArrayBufferWriter<byte> output = new();
            MarketSnapshotSerializer.Serialize(snapshot with { ReceivedAt = DateTimeOffset.UnixEpoch, Frame = new byte[1] }, output);

            MarketSnapshot read = MarketSnapshotSerializer.Deserialize(output.WrittenSpan);

            // Records compare decimals and times by value. The text also shows scales and offsets.
            if (!read.Equals(snapshot) || SnapshotText.Of(read) != SnapshotText.Of(snapshot))
            {
                Assert.Fail($"Seed {seed}, snapshot {i}: {Encoding.UTF8.GetString(output.WrittenSpan)} was read back as\n{SnapshotText.Of(read)} and not\n{SnapshotText.Of(snapshot)}");
            }
        }
    }

    [Fact]
    public void A_snapshot_that_cannot_be_read_back_is_refused_before_anything_is_written()
    {
        Refusal(new MarketSnapshot()).Should().Contain("no name or id");
        Refusal(Complete with { Contract = new ContractKey(ContractKeyKind.Name, null!) }).Should().Contain("no name or id");
        Refusal(Complete with { Contract = new ContractKey(ContractKeyKind.Id, "") }).Should().Contain("no name or id");
        Refusal(Complete with { Contract = new ContractKey((ContractKeyKind)2, "276") }).Should().Contain("unknown kind 2");
        Refusal(Complete with { Contract = new ContractKey(ContractKeyKind.Name, "a\uD83D") }).Should().Contain("surrogate");
        Refusal(Complete with { Contract = new ContractKey(ContractKeyKind.Name, "\uDCB0a") }).Should().Contain("surrogate");
        Refusal(Complete with { Channel = "CME Stream" }).Should().Contain("channel is 'CME Stream'");
        Refusal(Complete with { Channel = null! }).Should().Contain("channel is ''");
        Refusal(Complete with { Unavailable = (SnapshotFields)(1u << 28) }).Should().Contain("0x10000000");
        Refusal(Complete with { Aggregate = new Aggregate { Date = new DateOnly(622, 3, 21) } }).Should().Contain("date");
    }

    [Fact]
    public void The_exception_for_a_null_argument_of_the_serializer_names_it()
    {
        Action snapshot = static () => MarketSnapshotSerializer.Serialize(null!, new ArrayBufferWriter<byte>());
        Action output = static () => MarketSnapshotSerializer.Serialize(Complete, null!);

        snapshot.Should().Throw<ArgumentNullException>().WithParameterName("snapshot");
        output.Should().Throw<ArgumentNullException>().WithParameterName("output");
    }

    [Fact]
    public void Reading_without_a_connection_sets_neither_ReceivedAt_nor_Frame()
    {
        Complete.ReceivedAt.Should().Be(default);
        Complete.Frame.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Deserialize_throws_what_TryDeserialize_returns()
    {
        byte[] message = "{\"channel\":\"x\"}"u8.ToArray();
        MarketSnapshotSerializer.TryDeserialize(message, out _, out ImeFormatException? error).Should().BeFalse();

        Action read = () => MarketSnapshotSerializer.Deserialize(message);

        read.Should().Throw<ImeFormatException>().Which.Should().Match<ImeFormatException>(
            thrown => thrown.Reason == error!.Reason && thrown.ByteOffset == error.ByteOffset && thrown.Message == error.Message && !thrown.IsTransient);
    }

    [Fact]
    public void A_stored_message_is_read_with_its_offset_its_time_of_receipt_and_its_bytes()
    {
        byte[] message = WireObject.Complete().ToUtf8();
        MarketSnapshot plain = MarketSnapshotSerializer.Deserialize(message);
        DateTimeOffset receivedAt = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);

        foreach (int minutes in new[] { 210, -570, 0 })
        {
            TimeSpan offset = TimeSpan.FromMinutes(minutes);
            MarketSnapshotSerializer.TryDeserialize(message, receivedAt, offset, message, out MarketSnapshot? snapshot, out ImeFormatException? error).Should().BeTrue();

            error.Should().BeNull();
            snapshot.Should().Be(plain with { ReceivedAt = receivedAt, Frame = message, Timestamp = new DateTimeOffset(plain.Timestamp.DateTime, offset) });
        }

        MarketSnapshotSerializer.TryDeserialize("{}"u8, receivedAt, TimeSpan.Zero, default, out _, out ImeFormatException? refusal).Should().BeFalse();
        refusal.Should().NotBeNull();
    }

    [Theory]
    [InlineData(841)]
    [InlineData(-841)]
    [InlineData(0.5)]
    public void An_invalid_timestamp_offset_of_a_stored_message_is_refused(double minutes)
    {
        Action read = () => MarketSnapshotSerializer.TryDeserialize("{}"u8, default, TimeSpan.FromMinutes(minutes), default, out _, out _);

        read.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timestampOffset");
    }

    [Fact]
    public void Many_threads_can_read_snapshots_at_the_same_time()
    {
        byte[][] messages = [.. Enumerable.Range(0, 64).Select(static i => WireObject.Complete().Set("contractName", $"\"\\u0642 {i}\"").ToUtf8())];

        ParallelLoopResult result = Parallel.For(0, 20_000, i => Assert.Equal($"ق {i % 64}", MarketSnapshotSerializer.Deserialize(messages[i % 64]).Contract.Value));

        result.IsCompleted.Should().BeTrue();
    }

    private static string Text(MarketSnapshot snapshot)
    {
        ArrayBufferWriter<byte> output = new();
        MarketSnapshotSerializer.Serialize(snapshot, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Refusal(MarketSnapshot snapshot)
    {
        ArrayBufferWriter<byte> output = new();
        Action write = () => MarketSnapshotSerializer.Serialize(snapshot, output);
        string message = write.Should().Throw<ArgumentException>().WithParameterName(nameof(snapshot)).Which.Message;
        output.WrittenCount.Should().Be(0);
        return message;
    }
}
