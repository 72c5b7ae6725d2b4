using System.Globalization;
using static HedgeTech.Ime.Tests.Calendar.TehranHours;

namespace HedgeTech.Ime.Tests.Calendar;

public sealed class TradingHoursBuildingTests
{
    [Fact]
    public void Hours_are_in_Tehran_time_unless_an_offset_is_given() =>
        Exchange.Offset.Should().Be(new TimeSpan(3, 30, 0));

    [Fact]
    public void Adding_a_session_returns_new_hours_and_does_not_change_the_old_ones()
    {
        string before = Exchange.ToString();

        string[] changed =
        [
            Exchange.OpenOn(DayOfWeek.Thursday, new(10, 0), new(13, 0)).ToString(),
            Exchange.OpenOn(DayOfWeek.Saturday, new(18, 0), new(19, 0)).ToString(),
            Exchange.OpenOn(new DateOnly(2026, 3, 26), new(10, 0), new(13, 0)).ToString(),
            Exchange.ClosedOn(new DateOnly(2026, 3, 21)).ToString(),
            Exchange.WithOffset(TimeSpan.Zero).ToString(),
        ];

        changed.Should().OnlyHaveUniqueItems().And.NotContain(before);
        Exchange.ToString().Should().Be(before);
    }

    [Fact]
    public void Later_changes_to_the_list_of_holidays_do_not_change_the_hours()
    {
        List<DateOnly> holidays = [new DateOnly(2026, 3, 21)];
        TradingHours hours = Exchange.ClosedOn(holidays);

        holidays.Add(new DateOnly(2026, 3, 22));

        hours.IsOpen(At("2026-03-22 12:00")).Should().BeTrue();
    }

    [Fact]
    public void The_order_in_which_sessions_are_added_does_not_matter() =>
        TradingHours.Weekly(new(13, 0), new(17, 0), DayOfWeek.Saturday).OpenOn(DayOfWeek.Saturday, new(10, 0), new(12, 0)).ToString()
            .Should().Be("Saturday 10:00-12:00, 13:00-17:00; UTC+03:30");

    [Fact]
    public void Closing_a_closed_date_again_or_no_date_at_all_is_allowed()
    {
        TradingHours hours = Exchange.ClosedOn(new DateOnly(2026, 3, 21));

        hours.ClosedOn(new DateOnly(2026, 3, 21)).ClosedOn([]).ToString().Should().Be(hours.ToString());
    }

    [Fact]
    public void A_date_can_be_given_in_the_Jalali_calendar() =>
        Exchange.ClosedOn(new DateOnly(1405, 1, 1, new PersianCalendar())).IsOpen(At("2026-03-21 12:00")).Should().BeFalse();

    [Fact]
    public void The_exception_for_invalid_hours_names_the_mistake()
    {
        Refused<ArgumentException>(static () => TradingHours.Weekly(new(10, 0), new(17, 0)), "No weekday is given*");
        Refused<ArgumentException>(static () => TradingHours.SaturdayToWednesday(new(10, 0), new(10, 0)), "*10:00-10:00 of Saturday opens and closes at the same time*");
        Refused<ArgumentException>(
            static () => TradingHours.Weekly(new(10, 0), new(17, 0), DayOfWeek.Sunday, DayOfWeek.Sunday),
            "*10:00-17:00 of Sunday overlaps the session 10:00-17:00*");
        Refused<ArgumentOutOfRangeException>(static () => Exchange.OpenOn((DayOfWeek)7, new(10, 0), new(17, 0)), "*not a day of the week*7*");
        Refused<ArgumentException>(static () => Exchange.OpenOn(DayOfWeek.Saturday, new(16, 59), new(18, 0)), "*16:59-18:00 of Saturday overlaps the session 10:00-17:00*");
        Refused<ArgumentException>(static () => Exchange.OpenOn(DayOfWeek.Saturday, new(9, 0), new(2, 0)), "*09:00-02:00 of Saturday overlaps the session 10:00-17:00*");
        Refused<ArgumentNullException>(static () => Exchange.ClosedOn(null!), "*dates*");
        Refused<ArgumentNullException>(static () => TradingHours.Parse(null!), "*text*");
    }

    [Fact]
    public void A_date_cannot_be_both_open_and_closed()
    {
        DateOnly date = new(2026, 3, 21);

        Refused<ArgumentException>(() => Exchange.ClosedOn(date).OpenOn(date, new(10, 0), new(12, 0)), "2026-03-21 is closed and cannot be open 10:00-12:00*");
        Refused<ArgumentException>(() => Exchange.OpenOn(date, new(10, 0), new(12, 0)).ClosedOn(date), "2026-03-21 is open 10:00-12:00 and cannot be closed*");
        Refused<ArgumentException>(() => Exchange.OpenOn(date, new(10, 0), new(12, 0)).OpenOn(date, new(11, 0), new(13, 0)), "*11:00-13:00 of 2026-03-21 overlaps*");
    }

    [Fact]
    public void A_Jalali_date_given_as_a_Gregorian_one_is_refused_with_the_correct_syntax()
    {
        Refused<ArgumentOutOfRangeException>(static () => Exchange.ClosedOn(new DateOnly(1405, 1, 13)), "*new DateOnly(1405, 1, 13, new PersianCalendar())*");
        Refused<ArgumentOutOfRangeException>(static () => Exchange.OpenOn(new DateOnly(1405, 1, 13), new(10, 0), new(12, 0)), "*new DateOnly(1405, 1, 13, new PersianCalendar())*");
    }

    [Fact]
    public void An_offset_must_be_valid_for_a_DateTimeOffset()
    {
        foreach (TimeSpan wrong in new[] { TimeSpan.FromHours(14) + TimeSpan.FromMinutes(1), TimeSpan.FromHours(-15), TimeSpan.FromSeconds(1), TimeSpan.MinValue, TimeSpan.MaxValue })
        {
            Refused<ArgumentOutOfRangeException>(() => Exchange.WithOffset(wrong), "*whole minutes from -14:00 to +14:00*");
        }
    }

    [Fact]
    public void A_negative_wait_is_refused() =>
        FluentActions.Invoking(static () => Exchange.WhenOpenFor(At("2026-03-21 12:00"), TimeSpan.FromTicks(-1))).Should().ThrowExactly<ArgumentOutOfRangeException>();

    private static void Refused<TException>(Func<TradingHours> build, string message)
        where TException : Exception =>
        build.Should().ThrowExactly<TException>().WithMessage(message);
}
