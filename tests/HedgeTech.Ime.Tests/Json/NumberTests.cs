using System.Globalization;
using System.Numerics;

namespace HedgeTech.Ime.Tests.Json;

public sealed class NumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("12.0", "12")]
    [InlineData("-12.000", "-12")]
    [InlineData("1e+16", "10000000000000000")]
    [InlineData("1.5e13", "15000000000000")]
    [InlineData("1500E-2", "15")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854775807.000", "9223372036854775807")]
    [InlineData("922337203685477580.7e1", "9223372036854775807")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("-9.223372036854775808e18", "-9223372036854775808")]
    [InlineData("0e999999999", "0")]
    [InlineData("0.000e-99999999999999999999999999", "0")]
    [InlineData("0e99999999999999999999999999", "0")]
    [InlineData("12.00000000000000000000000000000000000000000000000000000000000000", "12")]
    [InlineData("0.00000000000000000000000000000000000000000000000000000000000001e62", "1")]
    [InlineData("12000000000000000000000000000000000000000000000000000000000000e-60", "12")]
    public void A_whole_number_in_any_spelling_is_read_as_a_long(string number, string expected)
    {
        long value = long.Parse(expected, CultureInfo.InvariantCulture);

        Integer(number).Should().Be(value);
        Integer($"\"{number}\"").Should().Be(value);
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("10000000000000000000")]
    [InlineData("1e19")]
    [InlineData("1e+22")]
    [InlineData("1e999999999")]
    [InlineData("1e99999999999999999999999999")]
    [InlineData("0.5")]
    [InlineData("12.01")]
    [InlineData("12.00000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("4.2e-05")]
    [InlineData("15e-1")]
    [InlineData("1e-999999999")]
    [InlineData("1e-99999999999999999999999999")]
    public void A_fraction_or_a_number_beyond_long_is_not_available_as_a_long(string number)
    {
        Integer(number).Should().BeNull();
        Integer($"\"{number}\"").Should().BeNull();
    }

    [Theory]
    [InlineData("12.50", "12.50")]
    [InlineData("0.00", "0.00")]
    [InlineData("-0.10", "-0.10")]
    [InlineData("80978.9474", "80978.9474")]
    [InlineData("4.2e-05", "0.000042")]
    [InlineData("1e+22", "10000000000000000000000")]
    [InlineData("1.50E2", "150")]
    [InlineData("1.5000e2", "150.00")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335", "-79228162514264337593543950335")]
    [InlineData("79228162514264337593543950335.4", "79228162514264337593543950335")]
    [InlineData("1.0000000000000000000000000000000000000001", "1.0000000000000000000000000000")]
    [InlineData("1234567890.123456789012345678951234567890123", "1234567890.1234567890123456790")]
    [InlineData("0.1234567890123456789012345678501", "0.1234567890123456789012345679")]
    [InlineData("1e-40", "0.0000000000000000000000000000")]
    [InlineData("6e-29", "0.0000000000000000000000000001")]
    [InlineData("1e-999999999", "0.0000000000000000000000000000")]
    [InlineData("0e999999999", "0")]
    [InlineData("0e99999999999999999999", "0")]
    public void A_price_keeps_its_scale_and_is_rounded_beyond_the_precision_of_decimal(string number, string expected)
    {
        Price(number).Should().Be(expected);
        Price($"\"{number}\"").Should().Be(expected);
    }

    [Theory]
    [InlineData("79228162514264337593543950336")]
    [InlineData("79228162514264337593543950335.5")]
    [InlineData("1234567890123456789012345678901234567890")]
    [InlineData("1e29")]
    [InlineData("-1e29")]
    [InlineData("1e999999999")]
    [InlineData("1e99999999999999999999")]
    public void A_number_beyond_decimal_is_not_available(string number)
    {
        Price(number).Should().BeNull();
        Price($"\"{number}\"").Should().BeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\\n")]
    [InlineData("1\\u0000")]
    [InlineData("1 2")]
    [InlineData("1,2")]
    [InlineData("1,000")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.5")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("(1)")]
    [InlineData("1%")]
    [InlineData("۱۲")]
    [InlineData("١٢")]
    [InlineData("12 ریال")]
    [InlineData("Infinity")]
    [InlineData("\\ud800")]
    public void A_string_that_is_not_exactly_one_number_is_not_available(string text)
    {
        Integer($"\"{text}\"").Should().BeNull();
        Price($"\"{text}\"").Should().BeNull();
    }

    [Fact]
    public void A_number_in_a_string_may_contain_escapes() => Price("\"\\u0031\\u002e\\u0035\\u0030\"").Should().Be("1.50");

    [Fact]
    public void Numbers_of_a_million_digits_are_read_exactly()
    {
        string zeros = new('0', 1_000_000);

        Integer($"12.{zeros}").Should().Be(12);
        Integer($"12.{zeros}1").Should().BeNull();
        Integer($"12{zeros}e-1000000").Should().Be(12);
        Integer($"0.{zeros}12e1000002").Should().Be(12);
        Price($"12.5{zeros}").Should().StartWith("12.5000");
        Price($"0.{zeros}125e1000001").Should().Be("1.25");
        Price($"125{zeros}e-1000001").Should().StartWith("12.5");
        Price($"1{zeros}").Should().BeNull();
        Integer($"1e{new string('9', 1_000_000)}").Should().BeNull();
        Price($"\"1e-{new string('9', 1_000_000)}\"").Should().StartWith("0.000");
    }

    [Fact]
    public void Generated_numbers_are_read_as_exact_arithmetic_does()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int i = 0; i < 3_000; i++)
        {
            string digits = Digits(random, random.Next(1, 36));
            string fraction = random.Next(3) == 0 ? "" : Digits(random, random.Next(1, 36));
            int exponent = random.Next(3) == 0 ? 0 : random.Next(-45, 45);
            string number = (random.Next(2) == 0 ? "-" : "")
                + (digits.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0")
                + (fraction.Length == 0 ? "" : "." + fraction)
                + (exponent == 0 ? "" : "e" + exponent.ToString(CultureInfo.InvariantCulture));

            // The number is exactly numerator / 10^power.
            BigInteger numerator = BigInteger.Parse(digits + fraction, CultureInfo.InvariantCulture) * (number[0] == '-' ? -1 : 1);
            int power = fraction.Length - exponent;
            (BigInteger scaled, BigInteger divisor) = power < 0 ? (numerator * BigInteger.Pow(10, -power), BigInteger.One) : (numerator, BigInteger.Pow(10, power));

            bool isLong = scaled % divisor == 0 && scaled / divisor >= long.MinValue && scaled / divisor <= long.MaxValue;
            Integer(number).Should().Be(isLong ? (long)(scaled / divisor) : null, "of {0} (seed {1})", number, seed);

            string? price = Price(number);
            if (price is null)
            {
                (BigInteger.Abs(scaled) > divisor * new BigInteger(decimal.MaxValue)).Should().BeTrue("{0} was not available (seed {1})", number, seed);
            }
            else
            {
                // The error is at most half a unit in the last place, so no other decimal of that scale is nearer.
                decimal value = decimal.Parse(price, CultureInfo.InvariantCulture);
                BigInteger unit = BigInteger.Pow(10, value.Scale);
                BigInteger mantissa = BigInteger.Parse(price.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
                BigInteger error = BigInteger.Abs((mantissa * divisor) - (scaled * unit));
                (error * 2 <= divisor).Should().BeTrue("{0} was read as {1} (seed {2})", number, price, seed);
                (error.IsZero || value.Scale == 28 || BigInteger.Abs(mantissa) * 10 > new BigInteger(decimal.MaxValue)).Should().BeTrue("{0} could have been read more exactly than as {1} (seed {2})", number, price, seed);
            }
        }
    }

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? 0 : random.Next(10)));

    private static long? Integer(string json)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("data.Aggregate.total_value", json).Read();
        return snapshot.Unavailable == SnapshotFields.TotalValue ? null : snapshot.Aggregate.TotalValue;
    }

    private static string? Price(string json)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("data.BestLimit.2.buy_price", json).Read();
        return snapshot.Unavailable == SnapshotFields.BidPrice2 ? null : snapshot.BestLimit.Level2.BidPrice.ToString(CultureInfo.InvariantCulture);
    }
}
