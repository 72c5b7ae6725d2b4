using System.Buffers;
using System.Text;
using HedgeTech.Ime.Cli.Replay;
using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;

namespace HedgeTech.Ime.Cli.Tests.Replay;

/// <summary>Tests a replay that is printed as lines.</summary>
public sealed class ReplayLinesTests : IDisposable
{
    private readonly RecordingFolder _recording = new();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public async Task A_JSON_replay_writes_each_message_unchanged_and_events_to_standard_error()
    {
        List<string> frames = await _recording.RecordAsync(5, "SAFAB03", "زعفران");
        await _recording.RecordAsync(1, "SAFAB03");

        (int exitCode, string output, string errors) = await Tool.RunAsync([], "replay", _recording.Path, "--json");

        exitCode.Should().Be(0, errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1].Should().Equal(frames);
        errors.Should().Contain("connected: SAFAB03, زعفران").And.Contain("interrupted").And.Contain("resumed after a gap of");
    }

    [Fact]
    public async Task Contracts_and_times_choose_a_part_of_the_recording_to_replay()
    {
        List<string> frames = await _recording.RecordAsync(4, "SAFAB03", "ETCDY03");

        (int exitCode, string output, _) = await Tool.RunAsync([], "replay", _recording.Path, "ETCDY03", "--json");
        (int laterCode, string later, string laterErrors) = await Tool.RunAsync([], "replay", _recording.Path, "--json", "--from", "2100-01-01");

        exitCode.Should().Be(0);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(frames.Where(static frame => frame.Contains("ETCDY03", StringComparison.Ordinal)));
        later.Should().BeEmpty();
        laterCode.Should().Be((int)ExitCode.Usage);
        laterErrors.Should().MatchRegex("^ime: --from is after the recording, which runs from 20[0-9-]+ [0-9:.]+ to 20[0-9-]+ [0-9:.]+ Tehran.");
    }

    [Fact]
    public async Task A_plain_replay_writes_a_line_for_each_message_without_terminal_control_characters()
    {
        await _recording.RecordAsync(2, "\e[2Jbad\u202e");

        (int exitCode, string output, string errors) = await Tool.RunAsync([], "replay", _recording.Path, "--plain");

        exitCode.Should().Be(0, errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2).And.AllSatisfy(static line => line.Should().Contain("·[2Jbad·").And.Contain("bid"));
        (output + errors).Should().NotContain("\e").And.NotContain("\u202e");
    }

    [Fact]
    public void A_recorded_message_with_line_breaks_becomes_one_line_with_the_same_meaning()
    {
        ArrayBufferWriter<byte> output = new();

        FrameLines.Write(new MarketSnapshot { Frame = "{\r\n \"a\": 1\n}"u8.ToArray() }, output);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be("{   \"a\": 1 }");
    }

    [Fact]
    public void A_message_replayed_on_a_terminal_has_no_control_characters()
    {
        ArrayBufferWriter<byte> output = new();

        FrameLines.WriteSafely(new MarketSnapshot { Frame = Encoding.UTF8.GetBytes("{\"a\": \"\u009b2J\u202e\"}") }, output);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be("{\"a\": \"·2J·\"}");
    }
}
