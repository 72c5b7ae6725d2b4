using System.Text;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>Tests which messages are snapshots, and which deviations are tolerated.</summary>
public sealed class MessageShapeTests
{
    private static readonly MarketSnapshot Complete = WireObject.Complete().Read();

    [Fact]
    public void A_complete_message_has_every_field_available() => Complete.Unavailable.Should().Be(SnapshotFields.None);

    [Theory]
    [InlineData("\"CME Stream\"", "the channel is 'CME Stream', not 'IME Stream'")]
    [InlineData("\"ime stream\"", "the channel is 'ime stream', not 'IME Stream'")]
    [InlineData("\"IME Stream \"", "the channel is 'IME Stream ', not 'IME Stream'")]
    [InlineData("\"\"", "the channel is '', not 'IME Stream'")]
    [InlineData("null", "the channel is null, not 'IME Stream'")]
    [InlineData("1", "the channel is a number, not 'IME Stream'")]
    [InlineData("true", "the channel is a boolean, not 'IME Stream'")]
    [InlineData("{\"channel\":\"IME Stream\"}", "the channel is an object, not 'IME Stream'")]
    [InlineData("[\"IME Stream\"]", "the channel is an array, not 'IME Stream'")]
    [InlineData("\"\\ud800\"", "the channel is not valid Unicode")]
    [InlineData("NaN", "the channel is NaN, not 'IME Stream'")]
    public void A_message_with_another_channel_is_not_a_snapshot(string channel, string reason)
    {
        ImeFormatException error = WireObject.Complete().Set("channel", channel).ReadError();

        error.Reason.Should().Be(reason);
        error.ByteOffset.Should().Be("{\"channel\":".Length);
    }

    [Fact]
    public void A_long_or_unprintable_channel_is_reported_in_a_short_and_printable_form()
    {
        string reason = WireObject.Complete().Set("channel", $"\"\\u0000\\n\\u202e{new string('x', 5000)}\"").ReadError().Reason;

        reason.Should().Be($"the channel is '\uFFFD\uFFFD\uFFFD{new string('x', 37)}…', not 'IME Stream'");
    }

    [Theory]
    [InlineData("channel", "it has no channel")]
    [InlineData("contractName", "it names no contract")]
    [InlineData("data", "it has no data")]
    public void A_message_without_a_required_member_is_not_a_snapshot(string member, string reason)
    {
        ImeFormatException error = WireObject.Complete().Remove(member).ReadError();

        error.Reason.Should().Be(reason);
        error.ByteOffset.Should().Be(0);
        error.Message.Should().Contain(reason);
    }

    [Theory]
    [InlineData("null", "the data is null, not an object")]
    [InlineData("[]", "the data is an array, not an object")]
    [InlineData("\"{}\"", "the data is a string, not an object")]
    [InlineData("Infinity", "the data is Infinity, not an object")]
    public void Data_of_another_type_is_not_a_snapshot(string data, string reason)
    {
        ImeFormatException error = WireObject.Complete().Set("data", data).ReadError();

        error.Reason.Should().Be(reason);
        error.ByteOffset.Should().Be(WireObject.Complete().ToText().IndexOf("\"data\":", StringComparison.Ordinal) + "\"data\":".Length);
    }

    [Theory]
    [InlineData("[]", "it is an array, not an object")]
    [InlineData("\"IME Stream\"", "it is a string, not an object")]
    [InlineData("12", "it is a number, not an object")]
    [InlineData("null", "it is null, not an object")]
    [InlineData("false", "it is a boolean, not an object")]
    public void A_message_of_another_type_is_not_a_snapshot(string message, string reason) => Error(message).Reason.Should().Be(reason);

    [Theory]
    [InlineData("", 0)]
    [InlineData(" \t\r\n", 4)]
    public void An_empty_message_is_not_a_snapshot(string message, long byteOffset)
    {
        Error(message).Reason.Should().Be("it is empty");
        Error(message).ByteOffset.Should().Be(byteOffset);
    }

    [Fact]
    public void White_space_around_the_object_and_between_its_tokens_is_allowed()
    {
        string message = WireObject.Complete().ToText(isSpaced: true).Replace(": ", "\t:\r\n  ", StringComparison.Ordinal);

        Read($"\r\n\t {message} \t\r\n").Should().Be(Complete);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{}")]
    [InlineData("\0")]
    [InlineData(",")]
    [InlineData("]")]
    [InlineData("\u00A0")]
    [InlineData("// said the server")]
    [InlineData("NaN")]
    public void Trailing_bytes_are_refused_where_they_start(string trailing)
    {
        string message = WireObject.Complete().ToText();

        Error(message + trailing).ByteOffset.Should().Be(message.Length);
        Error(message + "\n \n " + trailing).ByteOffset.Should().Be(message.Length + 4);
    }

    [Fact]
    public void A_byte_order_mark_is_refused()
    {
        Error("\uFEFF" + WireObject.Complete().ToText()).Should().Match<ImeFormatException>(
            static error => error.ByteOffset == 0 && error.Reason.Contains("byte order mark", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"a\":1,}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":+1}")]
    [InlineData("{\"a\":.5}")]
    [InlineData("{\"a\":1.}")]
    [InlineData("{\"a\":True}")]
    [InlineData("{\"a\":nan}")]
    [InlineData("{\"a\":1/**/}")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"\\u12g4\"}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":[1}}")]
    public void A_message_with_invalid_JSON_at_any_place_is_not_a_snapshot(string unknown)
    {
        string message = WireObject.Complete().Insert(0, "note", unknown).ToText();

        Error(message).ByteOffset.Should().BeInRange("{\"note\":{".Length, message.IndexOf("channel", StringComparison.Ordinal));
        Error(message).Reason.Should().StartWith("it is not JSON: ");
    }

    [Fact]
    public void Nesting_of_64_levels_is_read_and_level_65_is_refused_where_it_starts()
    {
        // The message is the first level.
        string brackets = new('[', 63);
        string deepest = WireObject.Complete().Insert(0, "note", brackets + new string(']', 63)).ToText();
        string tooDeep = WireObject.Complete().Insert(0, "note", brackets + "[]" + new string(']', 63)).ToText();

        Read(deepest).Should().Be(Complete);
        Error(tooDeep).ByteOffset.Should().Be("{\"note\":".Length + 63);
    }

    [Fact]
    public void A_million_opened_brackets_are_refused()
    {
        Error(new string('[', 1_000_000)).Should().NotBeNull();
        Error("{\"a\":" + new string('[', 1_000_000)).Should().NotBeNull();
    }

    [Theory]
    [InlineData("note", new byte[] { 0xC3, 0x28 })]
    [InlineData("note", new byte[] { 0xFF })]
    [InlineData("note", new byte[] { 0xC0, 0x80 })]
    [InlineData("note", new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData("note", new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData("note", new byte[] { 0xE2, 0x82 })]
    [InlineData("contractName", new byte[] { 0x80 })]
    [InlineData("timestamp", new byte[] { 0xE2, 0x82 })]
    public void Invalid_UTF8_is_refused_where_it_starts_even_in_skipped_strings(string member, byte[] invalid)
    {
        byte[] message = WireObject.Complete().Add("note", "\"\"").Set(member, "\"ی@\"").ToUtf8();
        int at = message.AsSpan().IndexOf((byte)'@');
        byte[] broken = [.. message[..at], .. invalid, .. message[(at + 1)..]];

        MarketSnapshotSerializer.TryDeserialize(broken, out _, out ImeFormatException? error).Should().BeFalse();

        error!.ByteOffset.Should().Be(at);
        error.Reason.Should().Be("it is not valid UTF-8");
    }

    private static MarketSnapshot Read(string message) => MarketSnapshotSerializer.Deserialize(Encoding.UTF8.GetBytes(message));

    private static ImeFormatException Error(string message) =>
        MarketSnapshotSerializer.TryDeserialize(Encoding.UTF8.GetBytes(message), out _, out ImeFormatException? error)
            ? throw new InvalidOperationException($"This was read: {message}")
            : error;
}
