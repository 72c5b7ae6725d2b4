using System.Text;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>Reads messages that are as expensive as possible. Quadratic work on four megabytes would take hours, so the timeout would end the test.</summary>
public sealed class HostileMessageTests
{
    private const int Bytes = 4 * 1024 * 1024;

    private const string Head = """{"channel":"IME Stream","contractName":"SAFAB03","timestamp":"2024-10-01T10:00:00","data":{""";

    public static TheoryData<string, string, string, string, bool> Shapes => new()
    {
        { "open arrays", "", "[", "", false },
        { "arrays of an unknown member", Head + "},\"x\":", "[", "", false },
        { "unknown members", Head + "}", ",\"x\":0", "}", true },
        { "one member again and again", Head + "}", ",\"timestamp\":\"2024-10-01T10:00:00\"", "}", true },
        { "one contract again and again", Head + "}", ",\"contractName\":\"\\u0041\\u0042\"", "}", true },
        { "a contract as long as the message", Head + "},\"contractName\":\"", "\\u06cc", "\"}", true },
        { "a channel as long as the message", Head + "},\"channel\":\"", "ی", "\"}", false },
        { "the data again and again", Head + "}", ",\"data\":{\"Aggregate\":{\"last_price\":1}}", "}", true },
        { "sections in sections", Head, "\"BestLimit\":{\"1\":{", "", false },
        { "bare literals", Head + "\"x\":[0", ",NaN,-Infinity", "]}}", true },
        { "bare literals, unended", Head + "\"x\":[0", ",NaN", "", false },
        { "the beginnings of bare literals", Head + "\"x\":[0", ",NaNa", "]}}", false },
        { "digits", Head + "\"Aggregate\":{\"last_price\":1", "0", "}}}", true },
        { "digits of a fraction", Head + "\"Aggregate\":{\"last_price\":0.", "1", "}}}", true },
        { "digits in a string", Head + "\"Aggregate\":{\"last_price\":\"1", "0", "\"}}}", true },
        { "an exponent", Head + "\"Aggregate\":{\"last_price\":1e", "9", "}}}", true },
        { "escapes in a name", Head + "\"", "\\\"", "\":0}}", true },
        { "escapes in a time", Head + "},\"timestamp\":\"", "\\u0032", "\"}", true },
        { "white space", Head, " \n", "}}", true },
        { "nothing but white space", "", " ", "", false },
        { "backslashes", Head + "\"x\":\"", "\\\\", "\"}}", true },
        { "quotes", Head, "\"\"", "}}", false },
        { "half surrogates", Head + "\"x\":\"", "\\ud800", "\"}}", true },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Shapes))]
    public async Task The_cost_of_a_hostile_message_is_linear_in_time_and_memory(string shape, string head, string repeated, string tail, bool isSnapshot)
    {
        byte[] message = Encoding.UTF8.GetBytes(head + new StringBuilder().Insert(0, repeated, Bytes / Encoding.UTF8.GetByteCount(repeated)) + tail);

        // Reads on a separate thread, so that the timeout can end the test.
        (bool isRead, long allocated) = await Task.Run(
            () =>
            {
                MarketSnapshotSerializer.TryDeserialize(message.AsSpan(0, message.Length / 1000), out _, out _);
                long before = GC.GetAllocatedBytesForCurrentThread();
                bool read = MarketSnapshotSerializer.TryDeserialize(message, out _, out _);
                return (read, GC.GetAllocatedBytesForCurrentThread() - before);
            },
            TestContext.Current.CancellationToken);

        isRead.Should().Be(isSnapshot, shape);
        allocated.Should().BeLessThan(6L * Bytes, "the reader may only make a few copies of the message");
    }
}
