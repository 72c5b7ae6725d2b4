using System.Buffers;
using System.Globalization;
using System.Text;
using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>
/// The fast way to read a message and the thorough one agree: what the fast one takes, the other takes in the same way, to the scale of a decimal.
/// A failure prints its seed; IME_TEST_ROUNDS multiplies how many messages there are.
/// </summary>
public sealed class SnapshotScannerTests(ITestOutputHelper output)
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("IME_TEST_ROUNDS") ?? "1", CultureInfo.InvariantCulture);

    private readonly SnapshotReader _reader = new(Tehran.Offset, []);
    private readonly SnapshotReader _other = new(Tehran.Offset, []);
    private readonly int _seed = Environment.TickCount;
    private int _taken;

    [Fact]
    public void Generated_messages_are_read_alike_whole_and_damaged()
    {
        Random random = new(_seed);
        SnapshotGenerator generator = new(random);
        WireRespelling respelling = new(random) { EscapesNames = false };
        int count = 0;
        for (; count < 100_000 * Rounds; count++)
        {
            byte[] message = random.Next(2) == 0 ? respelling.Of(generator.Next()) : Documented(generator.Next(), isSpaced: random.Next(2) == 0);
            Compare(message, count);
            for (int damage = 0; damage < 4; damage++, count++)
            {
                Compare(Damage.Done(message, random), count);
            }
        }

        output.WriteLine($"Seed {_seed}: {_taken} of {count} were read the fast way.");
        _taken.Should().BeGreaterThan(count / 20);
    }

    [Fact]
    public void Messages_from_files_are_read_alike_with_any_byte_changed_left_out_or_doubled()
    {
        Random random = new(_seed);
        foreach (string path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Json", "Wire"), "*.json"))
        {
            byte[] message = File.ReadAllBytes(path);
            Compare(message, 0);
            for (int at = 0; at < message.Length; at++)
            {
                byte[] changed = [.. message];
                changed[at] = (byte)random.Next(256);
                Compare(changed, at);
                Compare([.. message[..at], .. message[(at + 1)..]], at);
                Compare([.. message[..at], message[at], .. message[at..]], at);
                Compare(message[..at], at);
            }
        }

        _taken.Should().BePositive();
    }

    [Theory]
    [InlineData("documented", true)]
    [InlineData("compact", true)]
    [InlineData("shuffled", true)]
    [InlineData("unknown members", true)]
    [InlineData("escaped contract", true)]
    [InlineData("bare literals", true)]
    [InlineData("numbers in strings", true)]
    [InlineData("escaped name", false)]
    [InlineData("a member twice", false)]
    public void What_the_service_sends_is_read_the_fast_way(string kind, bool isFast)
    {
        const string Documented = """
            {"channel": "IME Stream", "contractName": "SAFAB03", "timestamp": "2024-10-01T10:00:00.123456", "data": {"BestLimit": {"1": {"buy_quantity": 12, "buy_price": 792700.0, "sell_quantity": 3, "sell_price": 792900}}, "Aggregate": {"date": "1403-07-10", "time": "", "trade_count": 5, "last_price": 1.5e3, "closing_price": null}}}
            """;
        string message = kind switch
        {
            "compact" => Documented.Replace("\": ", "\":", StringComparison.Ordinal).Replace(", \"", ",\"", StringComparison.Ordinal),
            "shuffled" => """{"data": {"Aggregate": {"last_price": 1500, "date": "1403-07-10"}, "BestLimit": {"1": {"sell_price": 2, "buy_price": 1}}}, "timestamp": "2024-10-01T10:00:00", "ContractId": "276", "channel": "IME Stream"}""",
            "unknown members" => Documented.Replace("\"trade_count\"", "\"new\": [1, {\"a\": \"ب\", \"b\": [true, false, null, -1.5E+3]}], \"trade_count\"", StringComparison.Ordinal),
            "escaped contract" => Documented.Replace("SAFAB03", "\\u0642\\u0631\\u0627\\u0631 \\ud83d\\ude00 \\n\\/", StringComparison.Ordinal),
            "bare literals" => Documented.Replace("792900", "NaN", StringComparison.Ordinal).Replace("null", "-Infinity", StringComparison.Ordinal),
            "numbers in strings" => Documented.Replace("792900", "\"792900.50\"", StringComparison.Ordinal),
            "escaped name" => Documented.Replace("trade_count", "trade\\u005fcount", StringComparison.Ordinal),
            "a member twice" => Documented.Replace("\"trade_count\": 5", "\"trade_count\": 5, \"trade_count\": 6", StringComparison.Ordinal),
            _ => Documented,
        };

        Compare(Encoding.UTF8.GetBytes(message), 0);
        _other.TryReadAny(Encoding.UTF8.GetBytes(message), default, default, out _, out _).Should().BeTrue("it is a snapshot");
        _taken.Should().Be(isFast ? 1 : 0);
    }

    /// <summary>In the documented order, as the service spells it.</summary>
    private static byte[] Documented(MarketSnapshot snapshot, bool isSpaced)
    {
        ArrayBufferWriter<byte> output = new();
        MarketSnapshotSerializer.Serialize(snapshot, output);
        string text = Encoding.UTF8.GetString(output.WrittenSpan);
        return Encoding.UTF8.GetBytes(isSpaced ? text.Replace("\":", "\": ", StringComparison.Ordinal).Replace(",\"", ", \"", StringComparison.Ordinal) : text);
    }

    private void Compare(byte[] message, int round)
    {
        if (!_reader.TryReadUsual(message, default, default, out MarketSnapshot? fast))
        {
            return;
        }

        _taken++;
        if (!_other.TryReadAny(message, default, default, out MarketSnapshot? thorough, out FormatError error))
        {
            Assert.Fail($"Seed {_seed}, round {round}: refused with '{error.Reason}', but read: {Encoding.UTF8.GetString(message)}");
        }

        bool isSame = fast.Equals(thorough) && fast.Timestamp.Offset == thorough.Timestamp.Offset && Decimals(fast).Zip(Decimals(thorough)).All(static pair => IsSame(pair.First, pair.Second));
        if (!isSame)
        {
            Assert.Fail($"Seed {_seed}, round {round}: {fast} and not {thorough}: {Encoding.UTF8.GetString(message)}");
        }
    }

    private static bool IsSame(decimal one, decimal other) => one == other && one.Scale == other.Scale && decimal.IsNegative(one) == decimal.IsNegative(other);

    private static IEnumerable<decimal> Decimals(MarketSnapshot snapshot)
    {
        for (int level = 1; level <= 3; level++)
        {
            yield return snapshot.BestLimit[level].BidPrice;
            yield return snapshot.BestLimit[level].AskPrice;
        }

        yield return snapshot.Aggregate.ClosingPrice;
        yield return snapshot.Aggregate.LastPrice;
        yield return snapshot.Aggregate.LowPrice;
        yield return snapshot.Aggregate.HighPrice;
        yield return snapshot.Aggregate.OpenPrice;
        yield return snapshot.Aggregate.PreviousClose;
        yield return snapshot.AllowedPriceRange.Minimum;
        yield return snapshot.AllowedPriceRange.Maximum;
    }
}
