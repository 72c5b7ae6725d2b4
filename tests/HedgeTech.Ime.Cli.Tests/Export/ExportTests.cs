using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Cli.Tests.Export;

public sealed class ExportTests : IDisposable
{
    private readonly RecordingFolder _recording = new();

    public void Dispose() => _recording.Dispose();

    [Theory]
    [InlineData("day.parquet", "PAR1")]
    [InlineData("day.CSV", "\ufeffcontract,")]
    [InlineData("day.xlsx", "PK")]
    public async Task The_extension_of_the_file_decides_the_format_and_the_number_of_rows_is_printed(string name, string start)
    {
        await _recording.RecordAsync(3, "SAFAB03", "ETCDY03");

        (int exitCode, string output, string errors) = await Tool.RunAsync([], "export", _recording.Path, "--to", _recording.File(name));

        exitCode.Should().Be(0, errors);
        output.Should().StartWith("6 rows from ").And.Contain(name);
        byte[] bytes = await File.ReadAllBytesAsync(_recording.File(name), TestContext.Current.CancellationToken);
        System.Text.Encoding.UTF8.GetString(bytes).Should().StartWith(start);
    }

    [Fact]
    public async Task Options_for_contract_and_bars_choose_the_exported_rows()
    {
        await _recording.RecordAsync(3, "SAFAB03", "ETCDY03");

        (_, string one, _) = await Tool.RunAsync([], "export", _recording.Path, "ETCDY03", "--to", _recording.File("one.csv"));
        (_, string bars, _) = await Tool.RunAsync([], "export", _recording.Path, "--to", _recording.File("bars.csv"), "--bars", "1h");

        one.Should().StartWith("3 rows");
        bars.Should().MatchRegex("^[0-9]+ rows?");
        (await File.ReadAllLinesAsync(_recording.File("bars.csv"), TestContext.Current.CancellationToken))[0].Should().Be("contract,start,end,jalali_date,open,high,low,close,volume,value,trade_count,unseen_trades,late_snapshots,is_complete");
    }

    [Fact]
    public async Task An_export_without_rows_fails_and_leaves_no_file()
    {
        await _recording.RecordAsync(1, "SAFAB03");

        (int exitCode, string output, string errors) = await Tool.RunAsync([], "export", _recording.Path, "--to", _recording.File("a.csv"), "--to", "2001-01-01");

        exitCode.Should().Be((int)ExitCode.Usage);
        output.Should().BeEmpty();
        errors.Should().MatchRegex("^ime: --to is before the recording, which runs from 20[0-9-]+ [0-9:.]+ to 20[0-9-]+ [0-9:.]+ Tehran.");
        File.Exists(_recording.File("a.csv")).Should().BeFalse();
    }

    [Fact]
    public async Task A_price_that_is_too_large_for_a_decimal_fails_the_export_with_the_option_to_leave_out()
    {
        DateTimeOffset at = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
        MarketSnapshot snapshot = new() { Contract = ContractKey.Name("SAFAB03"), ReceivedAt = at, AllowedPriceRange = new AllowedPriceRange(0, 1_000_000_000_000_000_000m) };
        System.Buffers.ArrayBufferWriter<byte> frame = new();
        MarketSnapshotSerializer.Serialize(snapshot, frame);
        await using (MarketRecorder recorder = new(_recording.Path))
        {
            recorder.OnSnapshot(snapshot, frame.WrittenSpan);
        }

        (int exitCode, _, string errors) = await Tool.RunAsync([], "export", _recording.Path, "--to", _recording.File("a.parquet"), "--decimal");

        exitCode.Should().Be((int)ExitCode.Failure);
        errors.Should().Be("ime: The price 1000000000000000000 is too large for the decimals of this export. Leave out --decimal to export doubles.\n");
    }

    [Theory]
    [InlineData("The folder /nonexistent does not exist.", "replay", "/nonexistent")]
    [InlineData("The folder /nonexistent does not exist.", "verify", "/nonexistent")]
    [InlineData("The folder /nonexistent does not exist.", "export", "/nonexistent", "--to", "a.csv")]
    [InlineData("There is no recording in /usr.", "replay", "/usr")]
    [InlineData("There is no recording in /usr.", "verify", "/usr")]
    [InlineData("There is no recording in /usr.", "export", "/usr", "--to", "a.csv")]
    [InlineData("FOLDER is missing: 'ime replay FOLDER'.", "replay")]
    [InlineData("Option '--to' is required.", "export", "/usr")]
    [InlineData("--to is 'a.txt', but a file must end in .parquet, .csv or .xlsx.", "export", "/usr", "--to", "a.txt")]
    [InlineData("--to is 'soon', but must be a time such as 10:30", "export", "/usr", "--to", "a.csv", "--to", "soon")]
    [InlineData("--to must name one file that ends in .parquet, .csv or .xlsx.", "export", "/usr", "--to", "a.csv", "--to", "b.csv")]
    [InlineData("--to must name one file that ends in .parquet, .csv or .xlsx.", "export", "/usr", "--to", "10:30")]
    [InlineData("--to is 'recording', but must be a file that ends in .parquet, .csv or .xlsx.", "export", "/usr", "--to", "recording")]
    [InlineData("--decimal is for a Parquet file.", "export", "/usr", "--to", "a.csv", "--decimal")]
    [InlineData("--decimal is for a Parquet file.", "export", "/usr", "--to", "a.xlsx", "--decimal")]
    [InlineData("A recording is a folder, but /etc/passwd is a file.", "verify", "/etc/passwd")]
    [InlineData("--from is '25:00', but must be a time such as 10:30", "replay", "/usr", "--from", "25:00")]
    [InlineData("--bars is '7s', but must be a whole part of a day", "export", "/usr", "--to", "a.csv", "--bars", "7s")]
    [InlineData("--speed is '0', but must be a number from 0.01 to 1000000.", "replay", "/usr", "--speed", "0")]
    [InlineData("--write-interval is '2h', but must be 0, or a time of at most 1m", "record", "A", "--to", "x", "--write-interval", "2h")]
    [InlineData("CONTRACT is missing: 'ime record CONTRACT...'.", "record", "--to", "x")]
    [InlineData("Option '--to' is required.", "record", "A")]
    [InlineData("--port needs --serve.", "replay", "/usr", "--port", "1")]
    [InlineData("Give one of --plain, --json and --serve.", "replay", "/usr", "--json", "--serve")]
    public async Task An_invalid_command_line_for_a_recording_is_refused_with_a_sentence_and_exit_code_2(string sentence, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await Tool.RunAsync([("IME_ACCESS_TOKEN", "t")], arguments);

        exitCode.Should().Be((int)ExitCode.Usage, output + errors);
        errors.Should().StartWith($"ime: {sentence}").And.NotContain("   at ");
    }

    [Fact]
    public async Task An_export_names_a_contract_or_time_that_the_recording_lacks()
    {
        await _recording.RecordAsync(1, "SAFAB03");

        (int exitCode, _, string errors) = await Tool.RunAsync([], "replay", _recording.Path, "SAFAB3");

        exitCode.Should().Be((int)ExitCode.Usage);
        errors.Should().Be("ime: The recording has no contract SAFAB3. Did you mean 'SAFAB03'? It has SAFAB03.\n");
    }
}
