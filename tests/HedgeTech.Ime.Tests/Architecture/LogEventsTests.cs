namespace HedgeTech.Ime.Tests.Architecture;

public sealed class LogEventsTests
{
    private static readonly Dictionary<string, (int First, int Last)> Ranges = new()
    {
        ["src/HedgeTech.Ime/Authentication/"] = (1000, 1099),
        ["src/HedgeTech.Ime/Connection/"] = (1100, 1199),
        ["src/HedgeTech.Ime/Json/"] = (1200, 1299),
        ["src/HedgeTech.Ime/Streaming/"] = (1300, 1399),
        ["src/HedgeTech.Ime/"] = (1400, 1499),
        ["src/HedgeTech.Ime.Testing/"] = (2000, 2099),
        ["src/HedgeTech.Ime.Hosting/"] = (2100, 2199),
        ["src/HedgeTech.Ime.Recording/"] = (2200, 2299),
        ["src/HedgeTech.Ime.Relay/"] = (2300, 2399),
    };

    [Fact]
    public void No_two_log_events_have_the_same_id()
    {
        IEnumerable<string> twice =
            from logged in LogEvent.All()
            group logged by logged.Id into same
            where same.Count() > 1
            select $"{same.Key}: {string.Join(", ", same)}";

        twice.Should().BeEmpty();
    }

    [Fact]
    public void Log_events_live_in_files_of_their_own_with_ids_in_the_range_of_their_folder()
    {
        foreach (LogEvent logged in LogEvent.All())
        {
            logged.File.Should().EndWith(".Log.cs");
            (int first, int last) = Ranges[Ranges.Keys.Where(folder => logged.File.StartsWith(folder, StringComparison.Ordinal)).MaxBy(static folder => folder.Length)!];
            logged.Id.Should().BeInRange(first, last, "{0} is in {1}", logged.Method, logged.File);
        }
    }
}
