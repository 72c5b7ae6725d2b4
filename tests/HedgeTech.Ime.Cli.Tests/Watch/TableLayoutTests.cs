using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Tests.Watch;

public sealed class TableLayoutTests
{
    private static readonly Quote[] Quotes = [new(ContractKey.Name("GCOR01C11000")), new(ContractKey.Name("قرارداد آتی زعفران نگین تحویل آبان ماه 1403"))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Columns_fit_the_screen_and_never_overlap_at_any_width(bool showsCurve)
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
    public void A_table_of_eighty_columns_shows_the_essential_values()
    {
        TableLayout.For(80, Quotes).Select(static column => column.Column).Should().Equal(
            Column.Contract, Column.Last, Column.Percent, Column.Trend, Column.Spread, Column.Depth, Column.Volume, Column.OpenInterest, Column.Range, Column.Age);
        TableLayout.For(80, Quotes)[0].Width.Should().BeGreaterThan("GCOR01C11000".Length);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void The_header_of_the_name_column_is_whole_even_if_all_names_are_short(int width)
    {
        Quote[] quotes = [new(ContractKey.Name("SAFAB03"))];

        TableLayout.For(width, quotes)[0].Width.Should().BeGreaterThanOrEqualTo(" contract".Length);
    }

    [Fact]
    public void A_wide_table_has_every_column()
    {
        TableLayout.For(200, Quotes).Select(static column => column.Column).Should().Equal(Enum.GetValues<Column>().Where(static column => column != Column.Curve));
        TableLayout.For(220, Quotes, showsCurve: true).Select(static column => column.Column).Should().Equal(Enum.GetValues<Column>());
    }
}
