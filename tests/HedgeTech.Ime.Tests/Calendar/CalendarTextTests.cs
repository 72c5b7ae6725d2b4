using System.Globalization;
using System.Text;
using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Json;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Calendar;

public sealed class CalendarTextTests
{
    [Theory]
    [InlineData("2025-11-14T12:00:00", "2025-11-14T12:00:00.0000000+03:30")]
    [InlineData("2025-11-14 12:00:00", "2025-11-14T12:00:00.0000000+03:30")]
    [InlineData("2025-11-14T12:00:00.1", "2025-11-14T12:00:00.1000000+03:30")]
    [InlineData("2025-11-14T12:00:00.000000", "2025-11-14T12:00:00.0000000+03:30")]
    [InlineData("2025-11-14T23:59:59.9999999", "2025-11-14T23:59:59.9999999+03:30")]
    [InlineData("2025-11-14T12:00:00Z", "2025-11-14T12:00:00.0000000+00:00")]
    [InlineData("2025-11-14 12:00:00.123456Z", "2025-11-14T12:00:00.1234560+00:00")]
    [InlineData("2025-11-14T12:00:00+03:30", "2025-11-14T12:00:00.0000000+03:30")]
    [InlineData("2025-11-14T12:00:00.5-05:00", "2025-11-14T12:00:00.5000000-05:00")]
    [InlineData("2025-11-14T12:00:00+14:00", "2025-11-14T12:00:00.0000000+14:00")]
    [InlineData("2025-11-14T12:00:00-00:00", "2025-11-14T12:00:00.0000000+00:00")]
    [InlineData("2024-02-29T00:00:00", "2024-02-29T00:00:00.0000000+03:30")]
    [InlineData("1404-08-23T12:00:00", "1404-08-23T12:00:00.0000000+03:30")]
    [InlineData("0001-01-01T03:30:00", "0001-01-01T03:30:00.0000000+03:30")]
    [InlineData("9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.9999999+03:30")]
    public void A_timestamp_is_read_with_its_offset_or_else_the_default(string text, string expected)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("timestamp", $"\"{text}\"").Read();

        snapshot.Timestamp.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture).Should().Be(expected);
        snapshot.Unavailable.Should().Be(SnapshotFields.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2025-11-14")]
    [InlineData("2025-11-14T")]
    [InlineData("2025-11-14T12:00")]
    [InlineData("2025-11-14T12:00:0")]
    [InlineData("2025-11-14T12:00:00.")]
    [InlineData("2025-11-14T12:00:00.12345678")]
    [InlineData("2025-11-14T12:00:00.Z")]
    [InlineData("2025-11-14T12:00:00,5")]
    [InlineData("2025-11-14t12:00:00")]
    [InlineData("2025-11-14T12:00:00z")]
    [InlineData("2025-11-14_12:00:00")]
    [InlineData("2025-11-14  12:00:00")]
    [InlineData("2025/11/14T12:00:00")]
    [InlineData(" 2025-11-14T12:00:00")]
    [InlineData("2025-11-14T12:00:00 ")]
    [InlineData("2025-11-14T12:00:00 Z")]
    [InlineData("2025-11-14T12:00:00ZZ")]
    [InlineData("2025-11-14T12:00:00+03")]
    [InlineData("2025-11-14T12:00:00+0330")]
    [InlineData("2025-11-14T12:00:00+3:30")]
    [InlineData("2025-11-14T12:00:00+03:60")]
    [InlineData("2025-11-14T12:00:00+14:01")]
    [InlineData("2025-11-14T12:00:00-24:00")]
    [InlineData("2025-11-14T12:00:00+03:30:00")]
    [InlineData("2025-11-14T12:00:00+03:30x")]
    [InlineData("2025-13-01T12:00:00")]
    [InlineData("2025-00-01T12:00:00")]
    [InlineData("2025-11-31T12:00:00")]
    [InlineData("2025-11-00T12:00:00")]
    [InlineData("2025-02-29T12:00:00")]
    [InlineData("0000-01-01T12:00:00")]
    [InlineData("2025-11-14T24:00:00")]
    [InlineData("2025-11-14T12:60:00")]
    [InlineData("2025-11-14T12:00:60")]
    [InlineData("2025-11-14T-1:00:00")]
    [InlineData("0001-01-01T03:29:59")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("۲۰۲۵-11-14T12:00:00")]
    [InlineData("1763107200")]
    public void A_timestamp_in_any_other_form_is_not_available(string text)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("timestamp", $"\"{text}\"").Read();

        snapshot.Unavailable.Should().Be(SnapshotFields.Timestamp);
        snapshot.Timestamp.Should().BeExactly(default(DateTimeOffset));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-300)]
    [InlineData(270)]
    public void A_timestamp_without_an_offset_gets_the_offset_of_the_reader(int minutes)
    {
        TimeSpan offset = TimeSpan.FromMinutes(minutes);
        SnapshotReader reader = new(offset, []);

        reader.TryRead(WireObject.Complete().ToUtf8(), default, default, out MarketSnapshot? snapshot, out _).Should().BeTrue();
        snapshot!.Timestamp.Should().BeExactly(new DateTimeOffset(2025, 11, 14, 12, 0, 0, offset));
    }

    [Theory]
    [InlineData("2025-11-14", "2025-11-14")]
    [InlineData("2025/11/14", "2025-11-14")]
    [InlineData("2024-02-29", "2024-02-29")]
    [InlineData("1700-01-01", "1700-01-01")]
    [InlineData("9999-12-31", "9999-12-31")]
    [InlineData("1404-08-23", "2025-11-14")]
    [InlineData("1404/08/23", "2025-11-14")]
    [InlineData("1404/01/01", "2025-03-21")]
    [InlineData("1403/12/30", "2025-03-20")]
    [InlineData("1400/06/31", "2021-09-22")]
    [InlineData("1399-12-30", "2021-03-20")]
    [InlineData("1357-11-22", "1979-02-11")]
    [InlineData("0001-01-01", "0622-03-22")]
    public void The_year_of_a_date_determines_its_calendar(string text, string expected)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("data.Aggregate.date", $"\"{text}\"").Read();

        snapshot.Aggregate.Date.Should().Be(DateOnly.ParseExact(expected, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        snapshot.Unavailable.Should().Be(SnapshotFields.None);
    }

    [Theory]
    [InlineData("2025-11-14T00:00:00")]
    [InlineData("2025-11/14")]
    [InlineData("2025.11.14")]
    [InlineData("20251114")]
    [InlineData("25-11-14")]
    [InlineData("14-11-2025")]
    [InlineData("2025-2-03")]
    [InlineData("2025-02-29")]
    [InlineData("2025-13-01")]
    [InlineData("2025-00-10")]
    [InlineData("2025-11-00")]
    [InlineData("1404-07-31")]
    [InlineData("1404/12/30")]
    [InlineData("1404-13-01")]
    [InlineData("1404-00-01")]
    [InlineData("1404-01-00")]
    [InlineData("1404-01-32")]
    [InlineData("0000-01-01")]
    [InlineData(" 2025-11-14")]
    [InlineData("2025-11-14 ")]
    [InlineData(" ")]
    [InlineData("۱۴۰۴-۰۸-۲۳")]
    public void A_date_in_any_other_form_is_null_and_not_available(string text)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("data.Aggregate.date", $"\"{text}\"").Read();

        snapshot.Aggregate.Date.Should().BeNull();
        snapshot.Unavailable.Should().Be(SnapshotFields.Date);
    }

    [Theory]
    [InlineData("00:00:00", 0)]
    [InlineData("11:59:58", 43_198_0000000)]
    [InlineData("23:59:59", 86_399_0000000)]
    [InlineData("23:59:59.9999999", 86_399_9999999)]
    [InlineData("00:00:00.5", 5000000)]
    [InlineData("00:00:00.000001", 10)]
    public void A_time_is_read_to_the_tick(string text, long ticks)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("data.Aggregate.time", $"\"{text}\"").Read();

        snapshot.Aggregate.Time.Should().Be(new TimeOnly(ticks));
        snapshot.Unavailable.Should().Be(SnapshotFields.None);
    }

    [Theory]
    [InlineData("24:00:00")]
    [InlineData("12:60:00")]
    [InlineData("12:00:60")]
    [InlineData("12:00")]
    [InlineData("1:00:00")]
    [InlineData("120000")]
    [InlineData("12-00-00")]
    [InlineData("12:00:00.")]
    [InlineData("12:00:00.12345678")]
    [InlineData("12:00:00Z")]
    [InlineData("12:00:00+03:30")]
    [InlineData("T12:00:00")]
    [InlineData(" 12:00:00")]
    [InlineData(" ")]
    public void A_time_in_any_other_form_is_null_and_not_available(string text)
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("data.Aggregate.time", $"\"{text}\"").Read();

        snapshot.Aggregate.Time.Should().BeNull();
        snapshot.Unavailable.Should().Be(SnapshotFields.Time);
    }

    [Fact]
    public void No_trade_yet_is_null_and_available()
    {
        MarketSnapshot snapshot = WireObject.Complete().Set("data.Aggregate.date", "\"\"").Set("data.Aggregate.time", "\"\"").Read();

        snapshot.Aggregate.Date.Should().BeNull();
        snapshot.Aggregate.Time.Should().BeNull();
        snapshot.Unavailable.Should().Be(SnapshotFields.None);
    }

    [Fact]
    public void Written_dates_of_both_calendars_are_read_back_unchanged()
    {
        Span<byte> buffer = stackalloc byte[CalendarText.MaxLength];
        for (DateOnly date = CalendarText.FirstDate; date.Year < 2200; date = date.AddDays(31))
        {
            bool isRead = CalendarText.TryReadDate(CalendarText.WriteDate(date, buffer), out DateOnly? read);

            if (!isRead || read != date)
            {
                Assert.Fail($"{date:O} was read back as {read:O}.");
            }
        }
    }

    [Fact]
    public void A_time_or_date_with_a_changed_byte_is_read_as_the_platform_reads_it_or_refused()
    {
        for (int other = 0; other <= byte.MaxValue; other++)
        {
            foreach (string time in (string[])["12:34:56", "09:00:10"])
            {
                for (int i = 0; i < time.Length; i++)
                {
                    byte[] changed = With(time, i, (byte)other);
                    CalendarText.TryReadTime(changed, out TimeOnly? read);
                    bool isTime = TimeOnly.TryParseExact(Encoding.Latin1.GetString(changed), "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly expected);
                    read.Should().Be(isTime ? expected : null, "of {0}", Encoding.Latin1.GetString(changed));
                }
            }

            // The first digit stays, because another first digit makes it a date of the other calendar.
            const string Date = "2025-11-14";
            for (int i = 1; i < Date.Length; i++)
            {
                byte[] changed = With(Date, i, (byte)other);
                CalendarText.TryReadDate(changed, out DateOnly? read);
                bool isDate = DateOnly.TryParseExact(Encoding.Latin1.GetString(changed), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly expected);
                read.Should().Be(isDate ? expected : null, "of {0}", Encoding.Latin1.GetString(changed));
            }
        }

        static byte[] With(string text, int at, byte other)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            bytes[at] = other;
            return bytes;
        }
    }
}
