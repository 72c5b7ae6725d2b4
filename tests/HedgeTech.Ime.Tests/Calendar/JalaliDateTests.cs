namespace HedgeTech.Ime.Tests.Calendar;

public sealed class JalaliDateTests
{
    [Theory]
    [InlineData(1404, 8, 23, "2025-11-14", "1404/08/23")]
    [InlineData(1404, 1, 1, "2025-03-21", "1404/01/01")]
    [InlineData(1403, 12, 30, "2025-03-20", "1403/12/30")]
    [InlineData(1, 1, 1, "0622-03-22", "0001/01/01")]
    public void A_date_is_the_same_day_in_both_calendars(int year, int month, int day, string gregorian, string text)
    {
        JalaliDate date = new(year, month, day);

        date.ToDate().Should().Be(DateOnly.ParseExact(gregorian, "yyyy-MM-dd", null));
        JalaliDate.FromDate(date.ToDate()).Should().Be(date);
        date.ToString().Should().Be(text);
    }

    [Fact]
    public void Every_day_of_forty_years_survives_the_conversion_to_the_other_calendar_and_back()
    {
        JalaliDate before = default;
        for (DateOnly day = new(2000, 1, 1); day.Year < 2040; day = day.AddDays(1))
        {
            JalaliDate date = JalaliDate.FromDate(day);
            date.ToDate().Should().Be(day);
            (before < date && date > before && before <= date && date >= before).Should().BeTrue();
            before = date;
        }
    }

    [Fact]
    public void The_day_of_an_instant_is_its_day_in_Tehran()
    {
        JalaliDate.FromInstant(new DateTimeOffset(2025, 3, 20, 20, 29, 59, TimeSpan.Zero)).Should().Be(new JalaliDate(1403, 12, 30));
        JalaliDate.FromInstant(new DateTimeOffset(2025, 3, 20, 20, 30, 0, TimeSpan.Zero)).Should().Be(new JalaliDate(1404, 1, 1));
    }

    [Theory]
    [InlineData(1404, 12, 30)]
    [InlineData(1404, 13, 1)]
    [InlineData(1404, 7, 31)]
    [InlineData(0, 1, 1)]
    public void A_date_that_does_not_exist_is_refused(int year, int month, int day)
    {
        Action create = () => _ = new JalaliDate(year, month, day);

        create.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_day_before_the_calendar_and_the_default_value_are_refused()
    {
        Action before = static () => JalaliDate.FromDate(new DateOnly(622, 3, 21));
        Action none = static () => default(JalaliDate).ToDate();

        before.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*0622-03-22*");
        none.Should().Throw<ArgumentOutOfRangeException>();
    }
}
