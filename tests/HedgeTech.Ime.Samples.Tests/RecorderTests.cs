using System.Globalization;
using CsvRecorder;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>What the recorder writes for given events.</summary>
public sealed class RecorderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2025, 11, 14, 8, 30, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recorder-");
    private readonly FakeTimeProvider _time = new(Noon);

    [Fact]
    public async Task A_file_has_one_line_for_each_snapshot_with_every_value_in_its_column_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "٫", NegativeSign = "−" }, DateTimeFormat = { DateSeparator = "٬", TimeSeparator = "٫" } };
        try
        {
            await RecordAsync(Snapshot("SAFAB03", 1) with { ContractInfo = new ContractInfo(120, -3) });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        string[] line = Fields(Lines()[2]);
        line.Zip(CsvLine.Header.Split(','), static (value, name) => $"{name}={value}").Where(static pair => !pair.EndsWith('=')).Should().Equal(
            "received_at=2025-11-14T08:30:00.000000Z", "event=snapshot", "contract=SAFAB03", "timestamp=2025-11-14T12:00:00.000000+03:30", "last_price=80900.5", "open_price=0",
            "high_price=0", "low_price=0", "closing_price=0", "previous_close=0", "trade_count=1", "total_volume=0", "total_value=0",
            "bid_quantity_1=4", "bid_price_1=80800", "ask_quantity_1=5", "ask_price_1=81001.5",
            "bid_quantity_2=0", "bid_price_2=0", "ask_quantity_2=0", "ask_price_2=0", "bid_quantity_3=0", "bid_price_3=0", "ask_quantity_3=0", "ask_price_3=0",
            "min_allowed_price=0", "max_allowed_price=0", "open_interest=120", "open_interest_change=-3");
    }

    [Fact]
    public async Task A_value_that_could_not_be_read_is_empty_and_not_zero()
    {
        await RecordAsync(Snapshot("SAFAB03", 1) with { Unavailable = SnapshotFields.LastPrice | SnapshotFields.Timestamp });

        Fields(Lines()[2])[3..5].Should().Equal("", "");
    }

    [Theory]
    [InlineData("قرارداد آتی زعفران نگین تحویل دی ماه 1403")]
    [InlineData("with, a comma")]
    [InlineData("with \"quotes\"")]
    [InlineData("\"")]
    [InlineData("اختيارخ,\"اهرم\"")]
    public async Task Any_name_is_read_back_as_it_was(string contract)
    {
        await RecordAsync(Snapshot(contract, 1));

        Fields(Lines()[2])[2].Should().Be(contract);
    }

    [Fact]
    public async Task The_file_is_utf_8_without_a_mark_and_its_lines_end_as_RFC_4180_says()
    {
        await RecordAsync(Snapshot("زعفران", 1));

        byte[] bytes = await File.ReadAllBytesAsync(_folder.GetFiles("*.csv").Single().FullName, TestContext.Current.CancellationToken);
        bytes.AsSpan().StartsWith("received_at,"u8).Should().BeTrue();
        bytes.AsSpan().IndexOf("زعفران"u8).Should().BePositive();
        bytes.AsSpan().Count("\r\n"u8).Should().Be(bytes.AsSpan().Count((byte)'\n'));
    }

    [Fact]
    public async Task A_new_day_starts_at_midnight_in_Tehran()
    {
        DateTimeOffset midnight = new(2025, 11, 14, 20, 30, 0, TimeSpan.Zero);
        await RecordAsync(Snapshot("SAFAB03", 1), Snapshot("SAFAB03", 2, midnight.AddTicks(-10)), Snapshot("SAFAB03", 3, midnight));

        _folder.GetFiles("*.csv").Select(static file => file.Name).Order().Should().Equal("ime-2025-11-14.csv", "ime-2025-11-15.csv");
        TradeCounts("ime-2025-11-14.csv").Should().Equal("1", "2");
        TradeCounts("ime-2025-11-15.csv").Should().Equal("3");
        Lines("ime-2025-11-15.csv")[0].Should().Be(CsvLine.Header);
    }

    [Fact]
    public async Task Every_gap_is_marked_for_each_affected_contract()
    {
        ContractSet two = ContractSet.ByName("SAFAB03", "ETCDY03");
        await RecordAsync(
            new FeedInterrupted { ReceivedAt = Noon, Contracts = two, Reason = InterruptionReason.Closed, Description = "service\r\nrestart, \"soon\"" },
            new FeedResumed { ReceivedAt = Noon.AddSeconds(2), Contracts = two, Gap = TimeSpan.FromSeconds(2.5) },
            new SnapshotsDropped { ReceivedAt = Noon, Count = 7 });

        Lines()[2..7].Select(static line => string.Join('|', Fields(line) is var fields ? [fields[1], fields[2], fields[^1]] : [])).Should().Equal(
            "interrupted|SAFAB03|Closed: service restart, \"soon\"", "interrupted|ETCDY03|Closed: service restart, \"soon\"",
            "resumed|SAFAB03|gap of 2.500 s", "resumed|ETCDY03|gap of 2.500 s", "dropped||7 snapshots");
    }

    [Fact]
    public async Task Snapshot_is_in_the_file_as_soon_as_no_other_event_waits()
    {
        ScriptedEvents events = new();
        using Recorder recorder = new(_folder.FullName, _time);
        Task recording = recorder.RunAsync(events.ReadAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        using FileSystemWatcher watcher = new(_folder.FullName) { EnableRaisingEvents = true };
        TaskCompletionSource written = new();
        watcher.Changed += (_, _) => _ = TradeCounts("ime-2025-11-14.csv").Contains("1") && written.TrySetResult();

        events.Say(Snapshot("SAFAB03", 1));

        await written.Task.WaitAsync(TestContext.Current.CancellationToken);
        events.End();
        await recording;
    }

    [Theory]
    [InlineData("")]
    [InlineData("received_at,event")]
    [InlineData("2025-11-14T08:30:00.000000Z,snap")]
    [InlineData("2025-11-14T08:30:00.000000Z,snapshot,\"with, a com")]
    [InlineData("\r")]
    public async Task An_incomplete_line_is_removed_and_nothing_else(string torn)
    {
        await RecordAsync(Snapshot("SAFAB03", 1));
        string[] whole = Lines();
        await File.AppendAllTextAsync(_folder.GetFiles("*.csv").Single().FullName, torn, TestContext.Current.CancellationToken);

        await RecordAsync(Snapshot("SAFAB03", 2));

        Lines()[..whole.Length].Should().Equal(whole);
        Lines().Should().OnlyContain(static line => Fields(line).Length == CsvLine.Header.Count(static sign => sign == ',') + 1);
        TradeCounts().Should().Equal("1", "2");
    }

    [Fact]
    public async Task A_state_that_the_service_repeats_after_a_restart_is_not_doubled()
    {
        await RecordAsync(Snapshot("SAFAB03", 1), Snapshot("with, a \"comma\"", 5));

        await RecordAsync(Snapshot("with, a \"comma\"", 5, Noon.AddMinutes(1)), Snapshot("SAFAB03", 1, Noon.AddMinutes(1)), Snapshot("SAFAB03", 2, Noon.AddMinutes(1)));

        TradeCounts().Should().Equal("1", "5", "2");
        Lines().Count(static line => line == CsvLine.Header).Should().Be(1);
        Lines().Count(static line => Fields(line)[1] == "begin").Should().Be(2);
    }

    [Fact]
    public async Task A_second_recorder_in_the_folder_is_refused()
    {
        using Recorder first = new(_folder.FullName, _time);
        ScriptedEvents events = new();
        Task recording = first.RunAsync(events.ReadAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        await FluentActions.Awaiting(() => RecordAsync(Snapshot("SAFAB03", 1))).Should().ThrowAsync<IOException>().WithMessage("Another recorder*");

        events.End();
        await recording;
    }

    [Fact]
    public async Task A_file_with_other_columns_is_left_alone()
    {
        string path = Path.Combine(_folder.FullName, "ime-2025-11-14.csv");
        await File.WriteAllTextAsync(path, "something,else\r\n1,2\r\n", TestContext.Current.CancellationToken);

        (await FluentActions.Awaiting(() => RecordAsync(Snapshot("SAFAB03", 1))).Should().ThrowAsync<IOException>()).WithMessage("*other columns*");

        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Should().Be("something,else\r\n1,2\r\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static MarketSnapshot Snapshot(string contract, long tradeCount, DateTimeOffset? receivedAt = null) => new()
    {
        Contract = ContractKey.Name(contract),
        ReceivedAt = receivedAt ?? Noon,
        Timestamp = Noon.ToOffset(new TimeSpan(3, 30, 0)),
        BestLimit = new BestLimit(new BestLimitLevel(4, 80800, 5, 81001.5m), default, default),
        Aggregate = new Aggregate { LastPrice = 80900.5m, TradeCount = tradeCount },
    };

    // A reader of RFC 4180 that is not the recorder's own.
    private static string[] Fields(string line)
    {
        List<string> fields = [];
        for (string rest = line + ","; rest.Length > 0;)
        {
            int end = rest[0] == '"' ? rest[1..].Replace("\"\"", "  ", StringComparison.Ordinal).IndexOf("\",", StringComparison.Ordinal) + 2 : rest.IndexOf(',', StringComparison.Ordinal);
            fields.Add(rest[0] == '"' ? rest[1..(end - 1)].Replace("\"\"", "\"", StringComparison.Ordinal) : rest[..end]);
            rest = rest[(end + 1)..];
        }

        return [.. fields];
    }

    private async Task RecordAsync(params FeedEvent[] happened)
    {
        ScriptedEvents events = new();
        events.Say(happened);
        events.End();
        using Recorder recorder = new(_folder.FullName, _time);
        await recorder.RunAsync(events.ReadAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }

    private string[] Lines(string? name = null)
    {
        using FileStream file = new(name is null ? _folder.GetFiles("*.csv").Single().FullName : Path.Combine(_folder.FullName, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd().Split("\r\n")[..^1];
    }

    private string[] TradeCounts(string? name = null) => [.. Lines(name).Select(Fields).Where(static fields => fields[1] == "snapshot").Select(static fields => fields[10])];
}
