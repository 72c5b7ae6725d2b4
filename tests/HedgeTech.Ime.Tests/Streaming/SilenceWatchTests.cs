using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

public sealed class SilenceWatchTests
{
    private static readonly TimeSpan Tehran = new(3, 30, 0);
    private static readonly Moment Saturday = Moments.Of(new DateTimeOffset(2026, 1, 3, 10, 0, 0, Tehran));

    [Fact]
    public void The_timeout_doubles_up_to_15_minutes_while_silence_lasts_and_a_message_resets_it()
    {
        SilenceWatch watch = new(new FeedOptions());
        watch.Connected(Saturday);
        Moment now = Saturday;
        List<double> acted = [];
        for (int second = 0; second < 7200; second++)
        {
            now += TimeSpan.FromSeconds(1);
            if (watch.Check(now) is { } silence)
            {
                silence.Should().Be(now - Saturday);
                acted.Add(silence.TotalMinutes);
            }
        }

        acted.Should().Equal(1, 3, 7, 15, 30, 45, 60, 75, 90, 105, 120);
        watch.Heard(now);
        watch.Check(now + TimeSpan.FromSeconds(59)).Should().BeNull();
        watch.Check(now + TimeSpan.FromSeconds(60)).Should().Be(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Fifteen_quiet_seconds_with_a_timeout_of_two_cause_three_replacements()
    {
        SilenceWatch watch = new(new FeedOptions { SilenceTimeout = TimeSpan.FromSeconds(2) });
        watch.Connected(Saturday);
        int[] acted = [.. Enumerable.Range(1, 150).Where(tenth => watch.Check(Saturday.AddSeconds(tenth / 10.0)) is not null)];
        acted.Should().Equal(20, 60, 140);
    }

    [Fact]
    public void Silence_is_ignored_outside_trading_hours_and_counts_from_the_opening()
    {
        TradingHours hours = TradingHours.SaturdayToWednesday(new TimeOnly(10, 0), new TimeOnly(17, 0));
        SilenceWatch watch = new(new FeedOptions { TradingHours = hours });
        Moment now = Saturday.AddHours(-15);
        watch.Connected(now);
        for (; now < Saturday.AddSeconds(59); now += TimeSpan.FromSeconds(1))
        {
            watch.Check(now).Should().BeNull();
        }

        for (; watch.Check(now) is null; now += TimeSpan.FromSeconds(1))
        {
            now.Elapsed.Should().BeLessThan(Saturday.AddSeconds(70).Elapsed);
        }

        now.Elapsed.Should().BeCloseTo(Saturday.AddSeconds(60).Elapsed, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void Silence_is_noticed_in_time_even_if_the_clock_is_set_by_an_hour_meanwhile(int hours, bool hasTradingHours)
    {
        TradingHours? trading = hasTradingHours ? TradingHours.SaturdayToWednesday(new TimeOnly(6, 0), new TimeOnly(17, 0)) : null;
        SilenceWatch watch = new(new FeedOptions { TradingHours = trading });
        watch.Heard(Saturday);
        TimeSpan set = TimeSpan.FromHours(hours);
        watch.NextCheck(Saturday.AddSeconds(30).Set(set)).Elapsed.Should().Be(Saturday.AddSeconds(60).Elapsed);
        watch.Check(Saturday.AddSeconds(59.9).Set(set)).Should().BeNull();
        watch.Check(Saturday.AddSeconds(60).Set(set)).Should().Be(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void The_next_check_is_never_later_than_one_timeout_from_now()
    {
        SilenceWatch watch = new(new FeedOptions());
        watch.Connected(Saturday);
        watch.NextCheck(Saturday).Should().Be(Saturday.AddSeconds(60));
        watch.Check(Saturday.AddSeconds(60)).Should().NotBeNull();
        watch.NextCheck(Saturday.AddSeconds(60)).Should().Be(Saturday.AddSeconds(120));
    }
}
