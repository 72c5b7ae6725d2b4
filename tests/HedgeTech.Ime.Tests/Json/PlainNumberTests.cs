using System.Globalization;
using System.Text;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>The fast reading of numbers agrees with <see cref="JsonNumber"/>, which reads every spelling.</summary>
public sealed class PlainNumberTests
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("IME_TEST_ROUNDS") ?? "1", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("0")]
    [InlineData("0.00")]
    [InlineData("12")]
    [InlineData("-12.000")]
    [InlineData("80978.9474")]
    [InlineData("0.0000000000000001")]
    [InlineData("999999999999999999")]
    public void A_number_in_the_usual_spelling_is_plain(string text) => PlainNumber.TryParse(Encoding.UTF8.GetBytes(text), out _).Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e3")]
    [InlineData("1.5E3")]
    [InlineData("1 ")]
    [InlineData("9223372036854775807")]
    [InlineData("0.00000000000000001")]
    public void A_number_in_another_spelling_is_not_plain(string text) => PlainNumber.TryParse(Encoding.UTF8.GetBytes(text), out _).Should().BeFalse();

    [Fact]
    public void The_scan_of_a_number_returns_the_position_after_it()
    {
        PlainNumber.Scan("[12.50,"u8, 1, out PlainNumber number).Should().Be(6);
        number.ToDecimal().ToString(CultureInfo.InvariantCulture).Should().Be("12.50");
        PlainNumber.Scan("12}"u8, 3, out _).Should().BeNegative("the scan starts at the end of the text");
    }

    [Fact]
    public void The_fast_and_the_general_reading_give_every_plain_number_the_same_value_and_scale()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        int plain = 0;
        for (int i = 0; i < 200_000 * Rounds; i++)
        {
            string text = random.Next(4) == 0 ? new string(random.GetItems("0123456789.-+eE".AsSpan(), random.Next(24))) : Usual(random);
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            if (!PlainNumber.TryParse(utf8, out PlainNumber fast))
            {
                continue;
            }

            plain++;
            bool isNumber = JsonNumber.TryParse(utf8, out JsonNumber general);
            bool isFastInteger = fast.TryGetInteger(out long fastInteger);
            bool isInteger = general.TryGetInteger(out long integer);
            bool isDecimal = general.TryGetDecimal(out decimal value);
            decimal fastDecimal = fast.ToDecimal();
            if (!isNumber || !isDecimal || isFastInteger != isInteger || (isInteger && fastInteger != integer)
                || !decimal.GetBits(fastDecimal).AsSpan().SequenceEqual(decimal.GetBits(value)))
            {
                Assert.Fail($"Seed {seed}: {text} is {fastDecimal} ({isFastInteger}: {fastInteger}), but {value} ({isInteger}: {integer}) by the general reading");
            }
        }

        plain.Should().BeGreaterThan(50_000 * Rounds);
    }

    private static string Usual(Random random)
    {
        string number = (random.NextInt64(long.MaxValue) >> random.Next(63)).ToString(CultureInfo.InvariantCulture);
        string fraction = random.Next(2) == 0 ? "" : "." + (random.NextInt64(long.MaxValue) >> random.Next(63)).ToString(CultureInfo.InvariantCulture) + new string('0', random.Next(3));
        return (random.Next(4) == 0 ? "-" : "") + number + fraction;
    }
}
