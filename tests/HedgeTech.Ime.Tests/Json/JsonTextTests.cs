using System.Text;
using System.Text.Json;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

public sealed class JsonTextTests
{
    [Fact]
    public void Escapes_are_decoded_as_the_framework_does_and_unpaired_surrogates_are_reported()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        string[] parts = ["a", "ی", "💰", "\\n", "\\\\", "\\\"", "\\/", "\\b", "\\f", "\\r", "\\t", "\\u0041", "\\u06CC", "\\u06cc", "\\uFFFF", "\\u0000", "\\ud83d\\udcb0", "\\uD83D", "\\udcb0", "u0041"];
        int halves = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(random.GetItems(parts, random.Next(6)));
            byte[] escaped = Encoding.UTF8.GetBytes(text);
            byte[] unescaped = new byte[escaped.Length];

            bool isText = JsonText.TryUnescape(escaped, unescaped, out int length);

            string? expected = Framework(text);
            halves += expected is null ? 1 : 0;
            if (isText != expected is not null || (isText && Encoding.UTF8.GetString(unescaped, 0, length) != expected))
            {
                Assert.Fail($"Seed {seed}: {text} became {Encoding.UTF8.GetString(unescaped, 0, length)} ({isText}) and not {expected}");
            }
        }

        halves.Should().BePositive();
    }

    [Theory]
    [InlineData(new byte[0], 0)]
    [InlineData(new byte[] { 0x41, 0xFF }, 1)]
    [InlineData(new byte[] { 0xD9, 0x82, 0xD9 }, 2)]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x92, 0xB0, 0xF0, 0x9F, 0x92, 0x41 }, 4)]
    public void The_first_byte_that_is_not_UTF8_is_found(byte[] bytes, long expected) => JsonText.FindInvalidUtf8(bytes).Should().Be(expected);

    [Fact]
    public void An_unpaired_surrogate_is_not_valid_Unicode()
    {
        foreach (string text in (string[])["", "a", "ی", "💰", "\uFFFD\uFFFF"])
        {
            JsonText.IsValidUnicode(text).Should().BeTrue();
        }

        foreach (string text in (string[])["\uD83D", "\uDCB0", "a\uD83Da", "\uDCB0\uD83D", "💰\uD83D"])
        {
            JsonText.IsValidUnicode(text).Should().BeFalse();
        }
    }

    private static string? Framework(string escaped)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes($"\"{escaped}\""));
        reader.Read();
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
