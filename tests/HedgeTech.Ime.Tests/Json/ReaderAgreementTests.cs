using System.Buffers;
using System.Globalization;
using System.Text;
using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>
/// The two readers agree. The thorough reader reads every message that the fast reader reads, with the same result down to the scale of each decimal.
/// A failure prints its seed. IME_TEST_ROUNDS multiplies the number of messages.
/// </summary>
public sealed class ReaderAgreementTests(ITestOutputHelper output)
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("IME_TEST_ROUNDS") ?? "1", CultureInfo.InvariantCulture);

    private readonly SnapshotReader _reader = new(Tehran.Offset, []);
    private readonly SnapshotReader _other = new(Tehran.Offset, []);
    private readonly int _seed = Environment.TickCount;
    private int _taken;

    [Fact]
    public void Both_readers_agree_on_generated_messages_whole_and_damaged()
    {
        Random random = new(_seed);
        SnapshotGenerator generator = new(random);
        WireRespelling documented = new(random) { KeepsMembers = true };
        WireRespelling any = new(random);
        int count = 0;
        for (; count < 100_000 * Rounds; count++)
        {
            byte[] message = random.Next(4) switch
            {
                0 => any.Of(generator.Next()),
                1 => Documented(generator.Next(), isSpaced: random.Next(2) == 0),
                _ => documented.Of(generator.Next()),
            };

            Compare(message, count);
            for (int damage = 0; damage < 4; damage++, count++)
            {
                Compare(Damage.Done(message, random), count);
            }
        }

        output.WriteLine($"Seed {_seed}: the fast reader read {_taken} of {count} messages.");
        _taken.Should().BeGreaterThan(count / 10);
    }

    [Fact]
    public void Both_readers_agree_on_messages_from_files_with_any_byte_changed_omitted_or_doubled()
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
    [InlineData("escaped contract", true)]
    [InlineData("empty values", true)]
    [InlineData("bare literals", true)]
    [InlineData("exponents", true)]
    [InlineData("numbers in strings", true)]
    [InlineData("by id", true)]
    [InlineData("shuffled", false)]
    [InlineData("an unknown member", false)]
    [InlineData("a member missing", false)]
    [InlineData("a section missing", false)]
    [InlineData("an object as a value", false)]
    [InlineData("an escaped name", false)]
    [InlineData("a member twice", false)]
    public void The_fast_reader_only_reads_the_documented_form(string kind, bool isFast)
    {
        WireObject complete = WireObject.Complete();
        byte[] message = kind switch
        {
            "documented" => complete.ToUtf8(isSpaced: true),
            "compact" => complete.ToUtf8(),
            "by id" => complete.Rename("contractName", "ContractId").ToUtf8(isSpaced: true),
            "escaped contract" => complete.Set("contractName", "\"\\u0642\\u0631 \\ud83d\\ude00 \\n\\/\"").ToUtf8(),
            "empty values" => complete.Set("data.Aggregate.date", "\"\"").Set("data.Aggregate.time", "\"\"").Set("data.Aggregate.last_price", "null").ToUtf8(),
            "bare literals" => complete.Set("data.Aggregate.last_price", "NaN").Set("data.Aggregate.low_price", "-Infinity").ToUtf8(),
            "exponents" => complete.Set("data.Aggregate.last_price", "1.5e3").Set("data.Aggregate.total_value", "1e+16").ToUtf8(),
            "numbers in strings" => complete.Set("data.Aggregate.last_price", "\"792900.50\"").ToUtf8(),
            "shuffled" => complete.Remove("channel").Add("channel", "\"IME Stream\"").ToUtf8(),
            "an unknown member" => complete.Add("new", "[1, {\"a\": \"ب\", \"b\": [true, null, -1.5E+3]}]").ToUtf8(),
            "a member missing" => complete.Remove("data.ContractInfo.open_interest_changes").ToUtf8(),
            "a section missing" => complete.Set("data.BestLimit.3", "null").ToUtf8(),
            "an object as a value" => complete.Set("data.Aggregate.last_price", "{}").ToUtf8(),
            "an escaped name" => complete.Rename("data.Aggregate.trade_count", "trade\\u005fcount").ToUtf8(),
            "a member twice" => complete.Repeat("data.Aggregate.trade_count", "6").ToUtf8(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

        Compare(message, 0);
        _other.TryReadThoroughly(message, default, default, out _, out _).Should().BeTrue("it is a snapshot");
        _taken.Should().Be(isFast ? 1 : 0);
    }

    /// <summary>Returns the message in the form that the service writes.</summary>
    private static byte[] Documented(MarketSnapshot snapshot, bool isSpaced)
    {
        ArrayBufferWriter<byte> output = new();
        MarketSnapshotSerializer.Serialize(snapshot, output);
        string text = Encoding.UTF8.GetString(output.WrittenSpan);
        return Encoding.UTF8.GetBytes(isSpaced ? text.Replace("\":", "\": ", StringComparison.Ordinal).Replace(",\"", ", \"", StringComparison.Ordinal) : text);
    }

    private void Compare(byte[] message, int round)
    {
        if (!_reader.TryReadFast(message, default, default, out MarketSnapshot? fast))
        {
            return;
        }

        _taken++;
        if (!_other.TryReadThoroughly(message, default, default, out MarketSnapshot? thorough, out FormatError error))
        {
            Assert.Fail($"Seed {_seed}, round {round}: the fast reader reads a message that the thorough reader refuses with '{error.Reason}': {Encoding.UTF8.GetString(message)}");
        }

        bool isSame = fast.Equals(thorough) && fast.Timestamp.Offset == thorough.Timestamp.Offset && Decimals(fast).Zip(Decimals(thorough)).All(static pair => IsSame(pair.First, pair.Second));
        if (!isSame)
        {
            Assert.Fail($"Seed {_seed}, round {round}: the fast reader reads {fast} and the thorough one {thorough}: {Encoding.UTF8.GetString(message)}");
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
