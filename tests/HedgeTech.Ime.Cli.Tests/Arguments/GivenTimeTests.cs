using HedgeTech.Ime.Cli.Arguments;

namespace HedgeTech.Ime.Cli.Tests.Arguments;

public sealed class GivenTimeTests
{
    private static readonly DateTimeOffset Begin = new(2025, 11, 15, 6, 30, 0, TimeSpan.Zero); // 10:00 in Tehran
    private static readonly DateTimeOffset End = Begin.AddHours(6);

    [Theory]
    [InlineData("10:30", "2025-11-15T07:00:00Z")]
    [InlineData("9:30", "2025-11-15T06:00:00Z")]
    [InlineData("10:30:15.25", "2025-11-15T07:00:15.25Z")]
    [InlineData("2025-11-15 10:30", "2025-11-15T07:00:00Z")]
    [InlineData("2025-11-15T10:30", "2025-11-15T07:00:00Z")]
    [InlineData("2025/11/15 10:30", "2025-11-15T07:00:00Z")]
    [InlineData("1404-08-24 10:30", "2025-11-15T07:00:00Z")]
    [InlineData("1404/8/24 10:30", "2025-11-15T07:00:00Z")]
    [InlineData("2025-11-15T07:00:00Z", "2025-11-15T07:00:00Z")]
    [InlineData("2025-11-15T07:00:00+01:00", "2025-11-15T06:00:00Z")]
    [InlineData("2025-11-15T07:00-0330", "2025-11-15T10:30:00Z")]
    [InlineData("2025-11-15", "2025-11-14T20:30:00Z")]
    public void A_time_without_an_offset_or_date_is_in_Tehran_time_on_the_day_of_the_recording(string text, string moment)
    {
        GivenTime.TryParse(text)!.In(Begin, End, isEnd: false, "--from").Should().Be(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_date_alone_as_the_end_of_a_recording_means_the_end_of_that_day()
    {
        GivenTime.TryParse("2025-11-15")!.In(Begin, End, isEnd: true, "--to").Should().Be(new DateTimeOffset(2025, 11, 15, 20, 30, 0, TimeSpan.Zero).AddTicks(-1));
        GivenTime.TryParse("10:30")!.In(Begin, End, isEnd: true, "--to").Should().Be(new DateTimeOffset(2025, 11, 15, 7, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_time_of_day_needs_a_date_if_the_recording_has_several_days()
    {
        Action resolve = () => GivenTime.TryParse("10:30")!.In(Begin, End.AddDays(2), isEnd: false, "--from");

        resolve.Should().Throw<ToolException>().WithMessage("The recording covers the days 2025-11-15 to 2025-11-17, so --from needs a date: 2025-11-15 10:30.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("25:00")]
    [InlineData("10:60")]
    [InlineData("10")]
    [InlineData("2025-13-01")]
    [InlineData("2025-02-30")]
    [InlineData("1404-12-31")]
    [InlineData("2025-11-15 ")]
    [InlineData("2025-11-1510:30")]
    [InlineData("T10:30")]
    [InlineData("10:30Z")]
    [InlineData("2025-11-15Z")]
    [InlineData("2025-11-15 10:30+99:00")]
    [InlineData("2025-11-15 10:30 Tehran")]
    [InlineData("٢٠٢٥-11-15")]
    public void Text_that_is_not_a_time_is_refused(string text)
    {
        GivenTime.TryParse(text).Should().BeNull();
    }
}
