using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Testing.Tests.Wire;

public sealed class DialectTests
{
    private const string Name = "قرارداد آتی زعفران نگین تحویل آبان ماه 1403";

    [Fact]
    public async Task The_compact_dialect_is_raw_UTF8_without_white_space_in_the_documented_shape()
    {
        string text = await FirstMessageAsync(JsonDialect.Compact);

        text.Should().StartWith($"{{\"channel\":\"IME Stream\",\"contractName\":\"{Name}\",\"timestamp\":\"2025-11-15T11:30:00.500000\",\"data\":{{\"BestLimit\":{{\"1\":{{\"buy_quantity\":");
        text.Should().MatchRegex("\"AllowedPriceRange\":{\"minAllowedPrice\":[0-9]+\\.0,\"maxAllowedPrice\":[0-9]+\\.0},\"ContractInfo\":{\"open_interest\":[0-9]+,\"open_interest_changes\":-?[0-9]+}}}$");
        using JsonDocument parsed = JsonDocument.Parse(text);
        JsonElement data = parsed.RootElement.GetProperty("data");
        Names(data).Should().Equal("BestLimit", "Aggregate", "AllowedPriceRange", "ContractInfo");
        Names(data.GetProperty("BestLimit")).Should().Equal("1", "2", "3");
        Names(data.GetProperty("BestLimit").GetProperty("3")).Should().Equal("buy_quantity", "buy_price", "sell_quantity", "sell_price");
        Names(data.GetProperty("Aggregate")).Should().Equal(
            "date", "time", "trade_count", "total_volume", "total_value", "closing_price", "last_price", "low_price", "high_price", "open_price", "previous_close");
        data.GetProperty("Aggregate").GetProperty("last_price").GetRawText().Should().EndWith(".0", "Python writes a float with a fraction");
        data.GetProperty("BestLimit").GetProperty("1").GetProperty("buy_price").GetRawText().Should().NotContain(".", "book prices are ints");
    }

    [Fact]
    public async Task The_Python_dialect_is_the_compact_message_with_spaces_and_escapes()
    {
        string compact = await FirstMessageAsync(JsonDialect.Compact);
        string python = await FirstMessageAsync(JsonDialect.Python);

        Encoding.UTF8.GetBytes(python).Should().OnlyContain(value => value < 0x80);
        python.Should().Be(AsPython(compact));
    }

    /// <summary>Returns the message as json.dumps of Python writes it: with spaces outside of strings and escapes inside them.</summary>
    private static string AsPython(string compact)
    {
        StringBuilder python = new();
        bool inString = false;
        foreach (char letter in compact)
        {
            inString ^= letter == '"';
            python.Append(letter > 0x7f ? $"\\u{(int)letter:x4}" : letter.ToString());
            if (!inString && letter is ',' or ':')
            {
                python.Append(' ');
            }
        }

        return python.ToString();
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static async Task<string> FirstMessageAsync(JsonDialect dialect)
    {
        FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 15, 8, 0, 0, 500, TimeSpan.Zero));
        ImeSimulatorOptions options = new() { Rate = 0, Spelling = new SimulatorSpelling { Dialect = dialect } };
        await using ImeSimulator simulator = await RawClient.StartAsync(options, time);
        await using RawClient client = await RawClient.ByNameAsync(simulator, Name);
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        await simulator.PublishAsync(Name, RawClient.Soon);
        return await client.TextAsync();
    }
}
