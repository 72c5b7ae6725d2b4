using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Tests.Watch;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1_000, "1.00K")]
    [InlineData(9_999, "10.0K")]
    [InlineData(99_949, "99.9K")]
    [InlineData(99_950, "100K")]
    [InlineData(999_499, "999K")]
    [InlineData(999_500, "1.00M")]
    [InlineData(-12_345, "-12.3K")]
    [InlineData(long.MaxValue, "9223372T")]
    [InlineData(long.MinValue, "-9223372T")]
    public void A_large_quantity_is_abbreviated(long number, string text) => Numbers.Short(number).Should().Be(text);

    [Theory]
    [InlineData(0.4, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(60, "1m")]
    [InlineData(7199, "1h")]
    [InlineData(86_400, "1d")]
    [InlineData(864_000_000, "99d")]
    [InlineData(-5, "0s")]
    public void An_age_takes_at_most_three_characters(double seconds, string text) => Numbers.Age(TimeSpan.FromSeconds(seconds)).Should().Be(text);

    [Theory]
    [InlineData("▁▃▆█", 4, new[] { 1.0, 2, 3, 4 })]
    [InlineData(" ▄▄▄", 4, new[] { 7.0, 7, 7 })]
    [InlineData("▁█", 2, new[] { 9.0, 1, 2 })]
    public void A_sparkline_spans_the_lowest_to_the_highest_price(string line, int width, double[] prices) =>
        Drawings.Sparkline(prices, width).Should().Be(line);

    [Theory]
    [InlineData(100, "●────")]
    [InlineData(150, "──●──")]
    [InlineData(200, "────●")]
    [InlineData(99, "◂────")]
    [InlineData(201, "────▸")]
    public void The_position_of_a_price_between_or_outside_the_limits_is_drawn(int price, string line) => Drawings.Place(price, 100, 200, 5).Should().Be(line);

    [Fact]
    public void Every_price_up_to_the_limit_of_decimal_can_be_shown()
    {
        Drawings.Place(decimal.MaxValue, decimal.MinValue, decimal.MaxValue, 5).Should().Be("────●");
        Numbers.Price(decimal.MaxValue).Should().NotBeEmpty();
    }

    [Theory]
    [InlineData(0.0, "    ")]
    [InlineData(0.5, "██  ")]
    [InlineData(1.0, "████")]
    [InlineData(0.03125, "▏   ")]
    [InlineData(2.0, "████")]
    public void The_length_of_a_bar_is_proportional_to_its_share(double share, string bar) => Drawings.Length(share, 4).Should().Be(bar);
}
