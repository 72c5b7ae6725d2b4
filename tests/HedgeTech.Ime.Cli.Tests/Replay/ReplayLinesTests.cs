using System.Buffers;
using System.Text;
using HedgeTech.Ime.Cli.Replay;
using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;

namespace HedgeTech.Ime.Cli.Tests.Replay;

/// <summary>A recording as lines.</summary>
public sealed class ReplayLinesTests : IDisposable
{
    private readonly RecordingFolder _recording = new();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public async Task Json_writes_each_message_as_it_came_and_events_on_standard_error()
    {
        List<string> frames = await _recording.RecordAsync(5, "SAFAB03", "زعفران");
        await _recording.RecordAsync(1, "SAFAB03");

        (int exitCode, string output, string errors) = await Tool.RunAsync([], "replay", _recording.Path, "--json");

        exitCode.Should().Be(0, errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1].Should().Equal(frames);
        errors.Should().Contain("connected: SAFAB03, زعفران").And.Contain("interrupted").And.Contain("resumed after a gap of");
    }

    [Fact]
    public async Task Contracts_and_times_choose_a_part()
    {
        List<string> frames = await _recording.RecordAsync(4, "SAFAB03", "ETCDY03");

        (int exitCode, string output, _) = await Tool.RunAsync([], "replay", _recording.Path, "ETCDY03", "--json");
        (int laterCode, string later, string laterErrors) = await Tool.RunAsync([], "replay", _recording.Path, "--json", "--from", "2100-01-01");

        exitCode.Should().Be(0);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(frames.Where(static frame => frame.Contains("ETCDY03", StringComparison.Ordinal)));
        later.Should().BeEmpty();
        laterCode.Should().Be((int)ExitCode.Usage);
        laterErrors.Should().MatchRegex("^ime: --from is after the recording, which reaches from 20[0-9-]+ [0-9:.]+ to 20[0-9-]+ [0-9:.]+ Tehran.");
    }

    [Fact]
    public async Task Plain_writes_a_line_for_each_message_and_nothing_that_steers_a_terminal()
    {
        await _recording.RecordAsync(2, "\e[2Jbad\u202e");

        (int exitCode, string output, string errors) = await Tool.RunAsync([], "replay", _recording.Path, "--plain");

        exitCode.Should().Be(0, errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2).And.AllSatisfy(static line => line.Should().Contain("·[2Jbad·").And.Contain("bid"));
        (output + errors).Should().NotContain("\e").And.NotContain("\u202e");
    }

    [Fact]
    public void Message_of_several_lines_becomes_one_line_with_the_same_meaning()
    {
        ArrayBufferWriter<byte> output = new();

        FrameLines.Write(new MarketSnapshot { Frame = "{\r\n \"a\": 1\n}"u8.ToArray() }, output);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be("{   \"a\": 1 }");
    }

    [Fact]
    public void Message_on_a_terminal_has_nothing_that_steers_it()
    {
        ArrayBufferWriter<byte> output = new();

        FrameLines.WriteSafely(new MarketSnapshot { Frame = Encoding.UTF8.GetBytes("{\"a\": \"\u009b2J\u202e\"}") }, output);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be("{\"a\": \"·2J·\"}");
    }
}
