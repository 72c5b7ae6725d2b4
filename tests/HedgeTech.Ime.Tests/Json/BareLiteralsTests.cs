using System.Text;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

public sealed class BareLiteralsTests
{
    private static readonly MarketSnapshot Complete = WireObject.Complete().Read();

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("[NaN,Infinity,-Infinity]")]
    [InlineData("{\"NaN\":NaN,\"\\\"NaN\":[{\"Infinity\":-Infinity}]}")]
    [InlineData("\"NaN\"")]
    [InlineData("\"\\\\\",\"more\":NaN")]
    [InlineData("\"\\\",NaN\"")]
    public void NaN_and_Infinity_are_accepted_in_any_skipped_value(string value)
    {
        WireObject.Complete().Insert(0, "note", value).Read().Should().Be(Complete);
        WireObject.Complete().Add("note", value).Read().Should().Be(Complete);
    }

    [Fact]
    public void NaN_and_Infinity_in_a_string_are_text()
    {
        WireObject message = WireObject.Complete().Set("contractName", "\"-Infinity NaN \\\"NaN\"").Set("data.Aggregate.last_price", "NaN");

        message.Read().Contract.Should().Be(ContractKey.Name("-Infinity NaN \"NaN"));
        message.Read().Unavailable.Should().Be(SnapshotFields.LastPrice);
    }

    [Theory]
    [InlineData("NaN:1")]
    [InlineData("\"a\":xNaN")]
    [InlineData("\"a\":NaNx")]
    [InlineData("\"a\":1NaN")]
    [InlineData("\"a\":NaN1")]
    [InlineData("\"a\":NaNNaN")]
    [InlineData("\"a\":NaN NaN")]
    [InlineData("\"a\":+Infinity")]
    [InlineData("\"a\":--Infinity")]
    [InlineData("\"a\":-NaN")]
    [InlineData("\"a\":nan")]
    [InlineData("\"a\":Inf")]
    [InlineData("\"a\"NaN")]
    public void NaN_and_Infinity_are_refused_where_no_value_is_allowed(string members)
    {
        string message = "{\"b\":NaN," + members + "," + WireObject.Complete().ToText()[1..];

        MarketSnapshotSerializer.TryDeserialize(Encoding.UTF8.GetBytes(message), out _, out ImeFormatException? error).Should().BeFalse();
        error!.ByteOffset.Should().BeInRange("{\"b\":NaN,".Length, "{\"b\":NaN,".Length + members.Length);
    }

    [Fact]
    public void NaN_and_Infinity_do_not_count_as_a_level_of_nesting()
    {
        string deepest = new string('[', 63) + "NaN" + new string(']', 63);

        WireObject.Complete().Insert(0, "note", deepest).Read().Should().Be(Complete);
    }

    [Theory]
    [InlineData("[NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN]")]
    [InlineData("[Infinity,-Infinity,Infinity,-Infinity]")]
    [InlineData("[NaN,Infinity,\"NaN\",-Infinity,NaN]")]
    public void Byte_offsets_are_those_of_the_received_message(string value)
    {
        string whole = WireObject.Complete().Insert(0, "note", value).ToText();
        MarketSnapshotSerializer.TryDeserialize(Encoding.UTF8.GetBytes(whole + "!NaN"), out _, out ImeFormatException? trailing).Should().BeFalse();
        trailing!.ByteOffset.Should().Be(whole.Length);

        string other = WireObject.Complete().Insert(0, "note", value).Set("channel", "\"x\"").Add("last", "NaN").ToText();
        MarketSnapshotSerializer.TryDeserialize(Encoding.UTF8.GetBytes(other), out _, out ImeFormatException? channel).Should().BeFalse();
        channel!.ByteOffset.Should().Be(other.IndexOf("\"x\"", StringComparison.Ordinal));
    }

    [Fact]
    public void The_copy_of_a_message_with_NaN_or_Infinity_fits_into_the_reserved_length()
    {
        foreach (string text in (string[])["", "N", "NaN", "NaNN", "NaNNaN", "NaNNaNNa", "InfinityNaN-Infinity"])
        {
            byte[] json = Encoding.UTF8.GetBytes(text);
            byte[] copy = new byte[BareLiterals.MaxCopyLength(json.Length)];

            BareLiterals.CopyAsNull(json, copy).Should().BeLessThanOrEqualTo(copy.Length);
        }
    }

    [Theory]
    [InlineData("-Infinity", "it is -Infinity, not an object", 0)]
    [InlineData(" NaN", "it is NaN, not an object", 1)]
    [InlineData("Infinity", "it is Infinity, not an object", 0)]
    [InlineData("{\"channel\":NaN,\"contractName\":\"a\"}", "the channel is NaN, not 'IME Stream'", 11)]
    [InlineData("null", "it is null, not an object", 0)]
    public void The_reason_names_a_bare_literal_as_it_is_spelled_in_the_message(string message, string reason, long offset)
    {
        Action read = () => MarketSnapshotSerializer.Deserialize(System.Text.Encoding.UTF8.GetBytes(message));

        ImeFormatException failure = read.Should().Throw<ImeFormatException>().Which;
        failure.Reason.Should().Be(reason);
        failure.ByteOffset.Should().Be(offset);
    }
}
