using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;

namespace HedgeTech.Ime.Cli.Tests.Replay;

/// <summary>Tests a replay in the table of <c>ime watch</c>, in a real terminal.</summary>
public sealed class ReplayScreenTests : IDisposable
{
    private readonly RecordingFolder _recording = new();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public async Task A_replay_plays_to_its_end_and_the_screen_stays_until_the_user_presses_q()
    {
        await _recording.RecordAsync(3, "SAFAB03", "ETCDY03");
        await using TestTerminal terminal = TestTerminal.Start(80, 24, [], "replay", _recording.Path, "--speed", "1000");

        string screen = await terminal.ScreenWithAsync("■ end");

        screen.Should().Contain("ime replay").And.Contain("SAFAB03").And.Contain("ETCDY03").And.Contain("100%").And.Contain("Tehran").And.Contain("q quit");
        terminal.Press("q");
        await terminal.ScreenWithAsync("ended with 0");
    }

    [Fact]
    public async Task In_a_replay_space_pauses_and_plus_doubles_the_speed_and_the_help_names_these_keys()
    {
        await _recording.RecordAsync(1, "SAFAB03");
        await _recording.RecordAsync(1, "SAFAB03");
        await using TestTerminal terminal = TestTerminal.Start(80, 24, [], "replay", _recording.Path, "--speed", "0.01");
        await terminal.ScreenWithAsync("▶ 0.01×");

        terminal.Press("+");
        await terminal.ScreenWithAsync("▶ 0.02×");
        terminal.Press(" ");
        await terminal.ScreenWithAsync("‖ paused");
        terminal.Press(".", ".", ".", ".", ".", ".", ".", ".", ".", ".");
        await terminal.ScreenWithAsync("■ end");
        terminal.Press("?");
        (await terminal.ScreenWithAsync("this help")).Should().Contain("one event forward").And.Contain("twice as fast").And.NotContain("the screen stands still");
    }
}
