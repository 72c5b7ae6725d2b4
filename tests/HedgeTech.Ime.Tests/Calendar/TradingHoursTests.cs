using System.Globalization;
using static HedgeTech.Ime.Tests.Calendar.TehranHours;

namespace HedgeTech.Ime.Tests.Calendar;

/// <summary>Tests the answers of <see cref="TradingHours"/>. 21 March 2026 is a Saturday.</summary>
public sealed class TradingHoursTests
{
    private static readonly TradingHours Night = TradingHours.Weekly(new(18, 0), new(2, 0), DayOfWeek.Wednesday);
    private static readonly TradingHours Always = TradingHours.Parse("Saturday-Friday 00:00-24:00");

    [Theory]
    [InlineData("2026-03-21 09:59:59.9999999", false)]
    [InlineData("2026-03-21 10:00", true)]
    [InlineData("2026-03-21 16:59:59.9999999", true)]
    [InlineData("2026-03-21 17:00", false)]
    [InlineData("2026-03-25 12:00", true)]
    [InlineData("2026-03-26 12:00", false)]
    [InlineData("2026-03-27 12:00", false)]
    public void A_session_is_open_from_its_opening_until_just_before_its_close(string tehran, bool isOpen) =>
        Exchange.IsOpen(At(tehran)).Should().Be(isOpen);

    [Fact]
    public void The_offset_in_which_an_instant_is_given_does_not_matter()
    {
        Exchange.IsOpen(new DateTimeOffset(2026, 3, 21, 6, 30, 0, TimeSpan.Zero)).Should().BeTrue("it is 10:00 in Tehran");
        Exchange.IsOpen(new DateTimeOffset(2026, 3, 21, 13, 30, 0, TimeSpan.Zero)).Should().BeFalse("it is 17:00 in Tehran");
        Exchange.IsOpen(new DateTimeOffset(2026, 3, 20, 22, 30, 0, TimeSpan.FromHours(-8))).Should().BeTrue("it is 10:00 on the next day in Tehran");
    }

    [Theory]
    [InlineData("00:00")]
    [InlineData("-05:00")]
    [InlineData("14:00")]
    [InlineData("-14:00")]
    public void Another_offset_moves_the_hours(string offset)
    {
        TimeSpan elsewhere = TimeSpan.Parse(offset, CultureInfo.InvariantCulture);
        TradingHours hours = Exchange.WithOffset(elsewhere);
        DateTimeOffset opening = new(2026, 3, 21, 10, 0, 0, elsewhere);

        hours.IsOpen(opening).Should().BeTrue();
        hours.IsOpen(opening.AddTicks(-1)).Should().BeFalse();
        hours.NextOpen(opening.AddTicks(-1)).Should().Be(opening);
        hours.NextOpen(opening.AddTicks(-1))!.Value.Offset.Should().Be(elsewhere);
        hours.Offset.Should().Be(elsewhere);
    }

    [Theory]
    [InlineData("2026-03-25 18:00", true)]
    [InlineData("2026-03-26 00:00", true)]
    [InlineData("2026-03-26 01:59", true)]
    [InlineData("2026-03-26 02:00", false)]
    [InlineData("2026-03-25 01:00", false)]
    public void A_session_past_midnight_belongs_to_the_day_on_which_it_opens(string tehran, bool isOpen) =>
        Night.IsOpen(At(tehran)).Should().Be(isOpen);

    [Fact]
    public void A_closed_date_overrides_its_weekday()
    {
        TradingHours hours = Exchange.ClosedOn(new DateOnly(2026, 3, 21));

        hours.IsOpen(At("2026-03-21 12:00")).Should().BeFalse();
        hours.IsOpen(At("2026-03-22 12:00")).Should().BeTrue();
        hours.IsOpen(At("2026-03-28 12:00")).Should().BeTrue("the Saturday after is not closed");
        hours.OpenTimeBetween(At("2026-03-21 00:00"), At("2026-03-23 00:00")).Should().Be(TimeSpan.FromHours(7));
    }

    [Fact]
    public void A_closed_date_removes_the_sessions_that_start_on_it_and_keeps_those_that_started_before()
    {
        Night.ClosedOn(new DateOnly(2026, 3, 26)).IsOpen(At("2026-03-26 01:00")).Should().BeTrue("the session opened on Wednesday");
        Night.ClosedOn(new DateOnly(2026, 3, 25)).IsOpen(At("2026-03-26 01:00")).Should().BeFalse("the session would have opened on the closed Wednesday");
    }

    [Fact]
    public void A_date_can_be_open_on_a_weekday_that_is_closed()
    {
        TradingHours hours = Exchange.OpenOn(new DateOnly(2026, 3, 26), new(10, 0), new(12, 0)).OpenOn(new DateOnly(2026, 3, 26), new(13, 0), new(14, 0));

        hours.OpenTimeBetween(At("2026-03-26 00:00"), At("2026-03-27 00:00")).Should().Be(TimeSpan.FromHours(3));
        hours.IsOpen(At("2026-03-26 12:30")).Should().BeFalse();
        hours.IsOpen(At("2026-04-02 11:00")).Should().BeFalse("the Thursday after is not named");
    }

    [Fact]
    public void A_date_with_its_own_sessions_has_no_session_of_its_weekday()
    {
        TradingHours hours = Exchange.OpenOn(new DateOnly(2026, 3, 22), new(9, 0), new(11, 0));

        hours.IsOpen(At("2026-03-22 09:30")).Should().BeTrue();
        hours.IsOpen(At("2026-03-22 12:00")).Should().BeFalse();
    }

    [Theory]
    [InlineData("2026-03-21 09:00", "2026-03-21 10:00", "2026-03-21 17:00")]
    [InlineData("2026-03-21 10:00", "2026-03-22 10:00", "2026-03-21 17:00")]
    [InlineData("2026-03-21 17:00", "2026-03-22 10:00", "2026-03-22 17:00")]
    [InlineData("2026-03-25 12:00", "2026-03-28 10:00", "2026-03-25 17:00")]
    [InlineData("2026-03-25 18:00", "2026-03-28 10:00", "2026-03-28 17:00")]
    public void The_next_opening_and_the_next_close_are_later_than_the_given_moment(string after, string opening, string close)
    {
        Exchange.NextOpen(At(after)).Should().Be(At(opening));
        Exchange.NextClose(At(after)).Should().Be(At(close));
    }

    [Fact]
    public void Sessions_that_touch_or_overlap_past_midnight_are_one()
    {
        TradingHours hours = TradingHours.Parse("Saturday 10:00-12:00, 12:00-14:00, 22:00-03:00; Sunday 02:00-04:00");

        hours.NextClose(At("2026-03-21 10:00")).Should().Be(At("2026-03-21 14:00"));
        hours.NextOpen(At("2026-03-21 10:00")).Should().Be(At("2026-03-21 22:00"));
        hours.NextClose(At("2026-03-21 22:00")).Should().Be(At("2026-03-22 04:00"));
        hours.NextOpen(At("2026-03-21 22:00")).Should().Be(At("2026-03-28 10:00"));
        hours.OpenTimeBetween(At("2026-03-21 00:00"), At("2026-03-28 00:00")).Should().Be(TimeSpan.FromHours(10));
    }

    [Fact]
    public void A_market_that_never_closes_has_no_next_close_and_no_next_opening()
    {
        Always.IsOpen(At("2026-03-21 00:00")).Should().BeTrue();
        Always.NextClose(At("2026-03-21 00:00")).Should().BeNull();
        Always.NextOpen(At("2026-03-21 00:00")).Should().BeNull();
        Always.ClosedOn(new DateOnly(2030, 1, 1)).NextClose(At("2026-03-21 00:00")).Should().Be(At("2030-01-01 00:00"));
        Always.ClosedOn(new DateOnly(2030, 1, 1)).NextOpen(At("2026-03-21 00:00")).Should().Be(At("2030-01-02 00:00"));
    }

    [Fact]
    public void The_next_opening_is_found_after_a_year_of_closed_dates()
    {
        TradingHours hours = Exchange.ClosedOn(Enumerable.Range(0, 500).Select(static day => new DateOnly(2026, 3, 21).AddDays(day)));

        hours.NextOpen(At("2026-03-21 00:00")).Should().Be(At("2027-08-03 10:00"));
    }

    [Fact]
    public void Trading_time_does_not_count_closed_hours()
    {
        Exchange.OpenTimeBetween(At("2026-03-21 16:59"), At("2026-03-22 10:01")).Should().Be(TimeSpan.FromMinutes(2));
        Exchange.OpenTimeBetween(At("2026-03-25 17:00"), At("2026-03-28 10:00")).Should().Be(TimeSpan.Zero);
        Exchange.OpenTimeBetween(At("2026-03-21 11:00"), At("2026-03-21 11:00:01")).Should().Be(TimeSpan.FromSeconds(1));
        Exchange.OpenTimeBetween(At("2026-03-21 12:00"), At("2026-03-21 11:00")).Should().Be(TimeSpan.Zero, "the clock may have been set back");
    }

    [Theory]
    [InlineData("2026-03-21 12:00", 60, "2026-03-21 12:01")]
    [InlineData("2026-03-21 08:00", 60, "2026-03-21 10:01")]
    [InlineData("2026-03-21 16:59:30", 60, "2026-03-22 10:00:30")]
    [InlineData("2026-03-21 16:59", 60, "2026-03-21 17:00")]
    [InlineData("2026-03-25 18:00", 60, "2026-03-28 10:01")]
    [InlineData("2026-03-25 18:00", 0, "2026-03-25 18:00")]
    [InlineData("2026-03-21 10:00", 90_000, "2026-03-24 14:00")]
    public void The_time_out_for_silence_counts_trading_time_only(string since, int seconds, string ends) =>
        Exchange.WhenOpenFor(At(since), TimeSpan.FromSeconds(seconds)).Should().Be(At(ends));

    [Fact]
    public void The_first_and_last_instant_of_the_calendar_are_handled_like_any_other()
    {
        foreach (TimeSpan offset in new[] { TimeSpan.FromHours(-14), TimeSpan.Zero, new TimeSpan(3, 30, 0), TimeSpan.FromHours(14) })
        {
            TradingHours always = Always.WithOffset(offset);
            TradingHours exchange = Exchange.WithOffset(offset).ClosedOn(DateOnly.MaxValue);

            always.IsOpen(DateTimeOffset.MinValue).Should().BeTrue();
            always.IsOpen(DateTimeOffset.MaxValue).Should().BeTrue();
            always.OpenTimeBetween(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Should().Be(DateTimeOffset.MaxValue - DateTimeOffset.MinValue);
            always.WhenOpenFor(DateTimeOffset.MinValue, TimeSpan.MaxValue).Should().BeNull();
            exchange.NextOpen(DateTimeOffset.MaxValue).Should().BeNull();
            exchange.NextClose(DateTimeOffset.MaxValue).Should().BeNull();
            exchange.WhenOpenFor(DateTimeOffset.MaxValue, TimeSpan.FromDays(1)).Should().BeNull();
            exchange.NextOpen(DateTimeOffset.MinValue).Should().Be(new DateTimeOffset(1, 1, offset.Hours >= 10 ? 2 : 1, 10, 0, 0, offset));
        }
    }

    [Fact]
    public void A_local_time_beyond_the_ends_of_the_calendar_is_handled_like_any_other()
    {
        TradingHours first = TradingHours.Parse("Saturday 18:00-12:00; UTC-14:00");
        TradingHours last = TradingHours.Parse("Friday 12:00-17:00; UTC-14:00");

        // At this offset, MinValue is 10:00 on the Sunday before the first day, and MaxValue is just before 10:00 on the last day, a Friday.
        first.OpenTimeBetween(DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddHours(24)).Should().Be(TimeSpan.FromHours(2));
        last.NextOpen(DateTimeOffset.MaxValue).Should().BeNull("no DateTimeOffset can represent the next opening");
    }

    [Fact]
    public void The_weekly_hours_apply_in_the_far_future() =>
        Exchange.NextOpen(At("9000-01-01 00:00")).Should().Be(At("9000-01-01 10:00"), "1 January 9000 is a Wednesday");
}
