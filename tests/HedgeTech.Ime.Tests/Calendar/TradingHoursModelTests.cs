namespace HedgeTech.Ime.Tests.Calendar;

public sealed class TradingHoursModelTests
{
    private const int ModelledDays = 28;
    private const int MinutesADay = 24 * 60;

    private static readonly DateTimeOffset ModelStart = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_answer_agrees_with_a_list_of_minutes()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int life = 0; life < 100; life++)
        {
            TradingHours hours = RandomHours(random, out bool[] minutes);
            string because = $"seed {seed}, life {life}, {hours}";

            for (int minute = 0; minute < minutes.Length; minute++)
            {
                Check(hours.IsOpen(Minute(minute)) == minutes[minute], because);
            }

            for (int i = 0; i < 20; i++)
            {
                // The model has enough days after these minutes for every answer, and one day before them whose sessions may pass midnight.
                int from = random.Next(MinutesADay, 14 * MinutesADay);
                int to = random.Next(from, 14 * MinutesADay);
                int[] open = [.. Enumerable.Range(from, to - from).Where(minute => minutes[minute])];
                hours.OpenTimeBetween(Minute(from), Minute(to)).Should().Be(TimeSpan.FromMinutes(open.Length), because);
                hours.NextOpen(Minute(from)).Should().Be(NextChange(minutes, from, toOpen: true), because);
                hours.NextClose(Minute(from)).Should().Be(NextChange(minutes, from, toOpen: false), because);
                if (open.Length > 0)
                {
                    hours.WhenOpenFor(Minute(from), TimeSpan.FromMinutes(open.Length)).Should().Be(Minute(open[^1] + 1), because);
                }
            }
        }
    }

    private static DateTimeOffset Minute(int minute) => ModelStart.AddMinutes(minute);

    private static DateTimeOffset? NextChange(bool[] minutes, int after, bool toOpen)
    {
        for (int minute = after + 1; minute < minutes.Length; minute++)
        {
            if (minutes[minute] == toOpen && minutes[minute - 1] != toOpen)
            {
                return Minute(minute);
            }
        }

        return null;
    }

    private static void Check(bool holds, string because)
    {
        // Does not use Should(): this check runs millions of times, and Should() would cost more than the rest of the test.
        if (!holds)
        {
            Assert.Fail(because);
        }
    }

    /// <summary>Returns random hours, and sets the minutes of the modelled days that lie in one of their sessions.</summary>
    private static TradingHours RandomHours(Random random, out bool[] minutes)
    {
        // Also covers the days before and after the model, because their sessions may reach into it. The local clock may differ from UTC by 14 hours.
        int offset = random.Next(-14 * 60, (14 * 60) + 1);
        DateOnly first = DateOnly.FromDateTime(ModelStart.Date).AddDays(-3);
        Dictionary<DayOfWeek, List<(int Open, int Length)>> weekdays = Enum.GetValues<DayOfWeek>().ToDictionary(static day => day, _ => random.Next(3) == 0 ? [] : RandomSessions(random));
        weekdays[(DayOfWeek)random.Next(7)] = RandomSessions(random);
        Dictionary<DateOnly, List<(int Open, int Length)>> dates = [];
        for (int i = random.Next(5); i > 0; i--)
        {
            dates[first.AddDays(random.Next(17))] = random.Next(2) == 0 ? [] : RandomSessions(random);
        }

        TradingHours? hours = null;
        foreach ((DayOfWeek day, int open, int length) in weekdays.SelectMany(static day => day.Value.Select(session => (day.Key, session.Open, session.Length))))
        {
            hours = hours is null ? TradingHours.Weekly(Time(open), Time(open + length), day) : hours.OpenOn(day, Time(open), Time(open + length));
        }

        hours = hours!.WithOffset(TimeSpan.FromMinutes(offset)).ClosedOn(dates.Where(static date => date.Value.Count == 0).Select(static date => date.Key));
        minutes = new bool[ModelledDays * MinutesADay];
        for (int day = 0; day < ModelledDays + 6; day++)
        {
            DateOnly date = first.AddDays(day);
            bool isNamed = dates.TryGetValue(date, out List<(int Open, int Length)>? own);
            foreach ((int open, int length) in own ?? weekdays[date.DayOfWeek])
            {
                hours = isNamed ? hours.OpenOn(date, Time(open), Time(open + length)) : hours;
                for (int minute = 0; minute < length; minute++)
                {
                    int index = ((day - 3) * MinutesADay) + open + minute - offset;
                    if (index >= 0 && index < minutes.Length)
                    {
                        minutes[index] = true;
                    }
                }
            }
        }

        return hours;
    }

    // One to three sessions that may touch; the last may pass midnight, and one is sometimes the whole day.
    private static List<(int Open, int Length)> RandomSessions(Random random)
    {
        if (random.Next(6) == 0)
        {
            return [(0, MinutesADay)];
        }

        List<(int Open, int Length)> sessions = [];
        int open = random.Next(12 * 60);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int length = i == 1 ? random.Next(1, MinutesADay) : random.Next(1, 4 * 60);
            sessions.Add((open, length));
            open += length + (random.Next(2) * random.Next(120));
            if (open >= MinutesADay)
            {
                break;
            }
        }

        return sessions;
    }

    private static TimeOnly Time(int minute) => TimeOnly.MinValue.AddMinutes(minute);
}
