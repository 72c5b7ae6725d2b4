using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Tests.Watch;

public sealed class TableLayoutTests
{
    private static readonly Quote[] Quotes = [new(ContractKey.Name("GCOR01C11000")), new(ContractKey.Name("قرارداد آتی زعفران نگین تحویل آبان ماه 1403"))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_column_passes_the_edge_or_the_next_one_in_any_width(bool showsCurve)
    {
        for (int width = 40; width <= 300; width++)
        {
            int end = -1;
            foreach ((_, int start, int columnWidth) in TableLayout.For(width, Quotes, showsCurve))
            {
                start.Should().Be(end + 1, "in a width of {0}", width);
                end = start + columnWidth;
            }

            end.Should().BeLessThanOrEqualTo(width);
        }
    }

    [Fact]
    public void A_width_of_eighty_shows_all_that_a_trader_needs()
    {
        TableLayout.For(80, Quotes).Select(static column => column.Column).Should().Equal(
            Column.Contract, Column.Last, Column.Percent, Column.Trend, Column.Spread, Column.Depth, Column.Volume, Column.OpenInterest, Column.Range, Column.Age);
        TableLayout.For(80, Quotes)[0].Width.Should().BeGreaterThan("GCOR01C11000".Length);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Short_names_leave_the_header_of_their_column_whole(int width)
    {
        Quote[] quotes = [new(ContractKey.Name("SAFAB03"))];

        TableLayout.For(width, quotes)[0].Width.Should().BeGreaterThanOrEqualTo(" contract".Length);
    }

    [Fact]
    public void More_room_brings_every_column()
    {
        TableLayout.For(200, Quotes).Select(static column => column.Column).Should().Equal(Enum.GetValues<Column>().Where(static column => column != Column.Curve));
        TableLayout.For(220, Quotes, showsCurve: true).Select(static column => column.Column).Should().Equal(Enum.GetValues<Column>());
    }
}
