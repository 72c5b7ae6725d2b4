using System.Text.Json;
using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;

namespace HedgeTech.Ime.Cli.Tests.Verify;

public sealed class VerifyTests : IDisposable
{
    private readonly RecordingFolder _recording = new();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public async Task Verify_lists_the_times_in_which_nothing_was_recorded_of_an_intact_recording_and_exits_with_0()
    {
        await _recording.RecordAsync(2, "SAFAB03");
        await _recording.RecordAsync(3, "SAFAB03");

        (int exitCode, string output, string errors) = await Tool.RunAsync([], "verify", _recording.Path);

        exitCode.Should().Be(0, output + errors);
        output.Should().StartWith("2 segments from ").And.Contain("5 snapshots and 2 events, 0 lost while recording").And.Contain("\nnot recorded from ").And.EndWith("The recording is intact.\n");
    }

    [Fact]
    public async Task Verify_reports_after_when_nothing_was_recorded_if_the_recorder_was_killed()
    {
        await _recording.RecordAsync(1, "SAFAB03");
        foreach (string segment in _recording.Segments)
        {
            if (segment.EndsWith(".zst", StringComparison.Ordinal))
            {
                File.Delete(segment);
                continue;
            }

            await using FileStream file = new(segment, FileMode.Open);
            file.SetLength(file.Length - 1); // truncates the last record
        }

        (_, string output, _) = await Tool.RunAsync([], "verify", _recording.Path);
        (_, string json, _) = await Tool.RunAsync([], "verify", _recording.Path, "--json");

        output.Should().MatchRegex("\nnot recorded after [0-9-]+ [0-9:.]+: The recorder did not end properly.\n").And.Contain("\n1 snapshot and 1 event, 0 lost");
        JsonElement gap = JsonDocument.Parse(json).RootElement.GetProperty("gaps").EnumerateArray().Should().ContainSingle().Subject;
        gap.GetProperty("to").ValueKind.Should().Be(JsonValueKind.Null);
        gap.GetProperty("from").GetDateTimeOffset().Should().BeAfter(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task Verify_says_of_an_unreadable_recording_that_nothing_in_it_can_be_read_and_invents_no_time()
    {
        await _recording.RecordAsync(50, "SAFAB03");
        File.Delete(_recording.Segments.Single(static path => path.EndsWith(".imerec", StringComparison.Ordinal)));
        string segment = _recording.Segments.Single();
        await using (FileStream file = new(segment, FileMode.Open))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[20]);
        }

        (int exitCode, string output, _) = await Tool.RunAsync([], "verify", _recording.Path);
        (_, string json, _) = await Tool.RunAsync([], "verify", _recording.Path, "--json");

        exitCode.Should().Be(1);
        output.Should().EndWith("The recording is damaged in 1 place. No snapshot or event in it can be read.\n").And.NotContain("0001-01-0").And.NotContain("not recorded");
        json.Should().Contain("\"gaps\": []").And.NotContain("0001-01-0");
    }

    [Fact]
    public async Task Verify_names_the_place_of_the_damage_in_a_recording_and_exits_with_1()
    {
        await _recording.RecordAsync(50, "SAFAB03");
        foreach (string segment in _recording.Segments)
        {
            byte[] bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
            bytes[bytes.Length / 2] ^= 0xff;
            await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);
        }

        (int exitCode, string output, _) = await Tool.RunAsync([], "verify", _recording.Path);
        (int jsonCode, string json, _) = await Tool.RunAsync([], "verify", _recording.Path, "--json");
        (int replayCode, _, string replayErrors) = await Tool.RunAsync([], "replay", _recording.Path, "--json");

        exitCode.Should().Be(1);
        output.Should().Contain("damaged: ").And.Contain(".imerec").And.Contain("The recording is damaged in ");
        jsonCode.Should().Be(1);
        JsonElement report = JsonDocument.Parse(json).RootElement;
        report.GetProperty("intact").GetBoolean().Should().BeFalse();
        report.GetProperty("damage").EnumerateArray().First().GetProperty("reason").GetString().Should().NotBeNullOrEmpty();
        replayCode.Should().Be(0, "a replay continues after the damage");
        replayErrors.Should().Contain("ime: ");
    }
}
