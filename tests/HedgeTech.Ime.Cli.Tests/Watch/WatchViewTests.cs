using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Tests.Watch;

public sealed class WatchViewTests
{
    private static readonly Playback Replaying = new(Share: 0.5, Speed: 1, IsPaused: false, IsOver: false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_help_is_whole_in_a_terminal_of_80_columns(bool isReplay)
    {
        ViewState state = new(NameForm.Verbatim);
        state.Press(new ConsoleKeyInfo('?', default, shift: false, alt: false, control: false), [], 19);

        string screen = Screen(state, new FeedHealth { Playback = isReplay ? Replaying : null });

        string[] shown = screen.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> meanings = isReplay ? WatchView.ReplayKeys.Concat(WatchView.Keys.Where(static key => key.Key != "space  p")).Select(static key => key.Meaning) : WatchView.Keys.Select(static key => key.Meaning);
        string.Join(' ', shown).Should().ContainAll(meanings);
        screen.Should().NotContain("…");
    }

    [Theory]
    [InlineData(1, "   1 contract ")]
    [InlineData(2, "   2 contracts ")]
    public void The_title_counts_the_contracts_in_the_right_number(int count, string text)
    {
        Quote[] quotes = [.. Enumerable.Range(1, count).Select(static number => new Quote(ContractKey.Name($"C{number}")))];

        Screen(new ViewState(NameForm.Verbatim), new FeedHealth(), quotes).Should().Contain(text);
    }

    private static string Screen(ViewState state, FeedHealth health, params Quote[] quotes)
    {
        Frame frame = WatchView.Compose(80, 24, "source", quotes, health, state, new DateTimeOffset(2025, 11, 15, 7, 0, 0, TimeSpan.Zero));
        return string.Concat(Enumerable.Range(0, frame.Height).Select(row => string.Concat(frame.Row(row).Select(static span => span.Text)) + " \n"));
    }
}
