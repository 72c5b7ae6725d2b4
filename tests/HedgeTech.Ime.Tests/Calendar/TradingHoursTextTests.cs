using System.ComponentModel;

namespace HedgeTech.Ime.Tests.Calendar;

public sealed class TradingHoursTextTests
{
    private const string Documented =
        "Saturday-Wednesday 10:00-12:30, 13:00-17:00; Thursday 10:00-13:00; 2026-03-21, 2026-03-22 closed; 2026-03-28 10:00-13:00; UTC+03:30";

    [Theory]
    [InlineData("Saturday-Wednesday 10:00-17:00", "Saturday-Wednesday 10:00-17:00; UTC+03:30")]
    [InlineData("sat-wed 9:00 - 24:00 ; ", "Saturday-Wednesday 09:00-24:00; UTC+03:30")]
    [InlineData("Wed - Sun 10:00-17:00", "Saturday-Sunday 10:00-17:00; Wednesday-Friday 10:00-17:00; UTC+03:30")]
    [InlineData("Sat, Mon, Wed-Thu 10:00-17:00", "Saturday 10:00-17:00; Monday 10:00-17:00; Wednesday-Thursday 10:00-17:00; UTC+03:30")]
    [InlineData("Sat 13:00-17:00\r\nSat 10:00-12:00", "Saturday 10:00-12:00, 13:00-17:00; UTC+03:30")]
    [InlineData("Sat 12:00-14:00, 10:00-12:00, 14:00-16:00", "Saturday 10:00-12:00, 12:00-14:00, 14:00-16:00; UTC+03:30")]
    [InlineData("UTC-05:00; Sun 17:00-2:00", "Sunday 17:00-02:00; UTC-05:00")]
    [InlineData("Sun 17:00-2:00; utc", "Sunday 17:00-02:00; UTC+00:00")]
    [InlineData("Sat-Fri 00:00-24:00", "Saturday-Friday 00:00-24:00; UTC+03:30")]
    [InlineData("Sat 10:00:01-10:00:02.5", "Saturday 10:00:01-10:00:02.5; UTC+03:30")]
    [InlineData("Sat 10:00-17:00; 2026-03-26, 2026-03-27 10:00-12:00, 13:00-14:00", "Saturday 10:00-17:00; 2026-03-26 10:00-12:00, 13:00-14:00; 2026-03-27 10:00-12:00, 13:00-14:00; UTC+03:30")]
    [InlineData("Sat 10:00-17:00; 1405-01-01, 1405/01/02 Closed", "Saturday 10:00-17:00; 2026-03-21 closed; 2026-03-22 closed; UTC+03:30")]
    public void Hours_are_parsed_from_text_and_written_in_one_normal_form(string text, string written)
    {
        TradingHours.Parse(text).ToString().Should().Be(written);
        TradingHours.Parse(written).ToString().Should().Be(written);
    }

    [Fact]
    public void Hours_from_text_equal_hours_from_code()
    {
        TradingHours hours = TradingHours.SaturdayToWednesday(new(10, 0), new(12, 30));
        foreach (DayOfWeek day in new[] { DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday })
        {
            hours = hours.OpenOn(day, new(13, 0), new(17, 0));
        }

        hours = hours.OpenOn(DayOfWeek.Thursday, new(10, 0), new(13, 0))
            .ClosedOn(new DateOnly(2026, 3, 21), new DateOnly(2026, 3, 22))
            .OpenOn(new DateOnly(2026, 3, 28), new(10, 0), new(13, 0));

        TradingHours.Parse(Documented).ToString().Should().Be(hours.ToString());
    }

    [Theory]
    [InlineData("", "*do not open on any weekday*")]
    [InlineData("2026-03-21 10:00-12:00", "*do not open on any weekday*")]
    [InlineData("UTC+03:30", "*do not open on any weekday*")]
    [InlineData("Saturday", "*\"Saturday\" are invalid*days and their sessions*")]
    [InlineData("Sat 10:00-17:00 Sun 10:00-17:00", "*semicolon*")]
    [InlineData("Sat 10:00", "*\"10:00\" is not a session*")]
    [InlineData("Sat 10:00-12:00-13:00", "*\"10:00-12:00-13:00\" is not a session*")]
    [InlineData("Sat 10:00-25:00", "*\"25:00\" is not a time*")]
    [InlineData("Sat 24:00-12:00", "*\"24:00\" is not a time*")]
    [InlineData("Sat 10-17", "*\"10\" is not a time*")]
    [InlineData("Sat 10:00-17:00,", "*\"\" is not a session*")]
    [InlineData("Shanbe 10:00-17:00", "*\"Shanbe\" is neither a weekday*")]
    [InlineData("Sat-Mon-Wed 10:00-17:00", "*\"Sat-Mon-Wed\" is not a range*")]
    [InlineData("Sat-Sat 10:00-17:00", "*starts and ends on the same day*")]
    [InlineData("Sat, 10:00-17:00", "*are invalid*")]
    [InlineData("Friday closed", "*not named is already closed*")]
    [InlineData("Sat 10:00-17:00; 2026-02-30 closed", "*\"2026-02-30 closed\" are invalid*\"2026-02-30\" is not a date*")]
    [InlineData("Sat 10:00-17:00; 2026-03-21 closed; 2026-03-21 10:00-12:00", "*2026-03-21 is closed and cannot be open*")]
    [InlineData("Sat 10:00-17:00, 16:00-18:00", "*16:00-18:00 of Saturday overlaps*")]
    [InlineData("Sat 10:00-10:00", "*opens and closes at the same time*")]
    [InlineData("Sat 10:00-17:00; UTC3:30", "*\"UTC3:30\" is not an offset*")]
    [InlineData("Sat 10:00-17:00; UTC+15:00", "*whole minutes from -14:00 to +14:00*")]
    [InlineData("Sat 10:00-17:00; UTC+1:00; UTC+2:00", "*already has an offset*")]
    public void An_invalid_text_is_refused_with_the_entry_at_fault(string text, string message) =>
        FluentActions.Invoking(() => TradingHours.Parse(text)).Should().ThrowExactly<FormatException>().WithMessage(message);

    [Fact]
    public void The_type_converter_parses_hours_from_text()
    {
        TypeConverter converter = TypeDescriptor.GetConverter(typeof(TradingHours));

        converter.CanConvertFrom(typeof(string)).Should().BeTrue();
        converter.ConvertFromInvariantString(Documented)!.ToString().Should().Be(TradingHours.Parse(Documented).ToString());
        converter.CanConvertFrom(typeof(int)).Should().BeFalse();
        converter.Invoking(static all => all.ConvertFrom(7)).Should().Throw<NotSupportedException>();
    }
}
