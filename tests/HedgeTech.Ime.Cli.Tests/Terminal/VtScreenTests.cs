using System.Text;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>The screen in the tests of the tool shows the same text as a terminal.</summary>
public sealed class VtScreenTests
{
    private readonly List<string> _answers = [];
    private readonly VtScreen _screen;

    public VtScreenTests() => _screen = new VtScreen(10, 3, _answers.Add);

    [Theory]
    [InlineData("one\r\ntwo", "one\ntwo\n\n")]
    [InlineData("0123456789", "0123456789\n\n\n")]
    [InlineData("0123456789a", "0123456789\na\n\n")]
    [InlineData("1\r\n2\r\n3\r\n4", "2\n3\n4\n")]
    [InlineData("abc\e[1;2H\e[1;31mX\e[0m", "aXc\n\n\n")]
    [InlineData("abcdef\e[1;3H\e[K", "ab\n\n\n")]
    [InlineData("abcdef\e[1;3H\e[1K", "   def\n\n\n")]
    [InlineData("one\r\ntwo\e[2J", "\n\n\n")]
    [InlineData("one\r\ntwo\e[1A\r\e[2KONE", "ONE\ntwo\n\n")]
    [InlineData("abcdef\e[1;2H\e[2P", "adef\n\n\n")]
    [InlineData("abcdef\e[1;2H\e[2@", "a  bcdef\n\n\n")]
    [InlineData("1\r\n2\r\n3\e[1;1H\e[M", "2\n3\n\n")]
    [InlineData("1\r\n2\r\n3\e[2;1H\e[L", "1\n\n2\n")]
    [InlineData("\e]0;title\aname", "name\n\n\n")]
    [InlineData("a\u0301b\u200cc", "a\u0301b\u200cc\n\n\n")]
    [InlineData("中x\e[1;2HY", " Yx\n\n\n")]
    [InlineData("123456789中", "123456789\n中\n\n")]
    [InlineData("\U0001f600!", "\U0001f600!\n\n\n")]
    public void The_test_screen_places_text_like_a_terminal(string written, string shown)
    {
        // Writes one byte at a time, because a write may end within a sequence or a letter.
        foreach (byte one in Encoding.UTF8.GetBytes(written))
        {
            _screen.Write([one]);
        }

        _screen.Text.Should().Be(shown);
    }

    [Fact]
    public void The_alternate_screen_does_not_change_the_normal_screen()
    {
        Write("shell\e[?1049h\e[?25l\e[2J\e[1;1Htool");
        _screen.Text.Should().StartWith("tool");
        (_screen.IsAlternate, _screen.ShowsCursor).Should().Be((true, false));

        Write("\e[?25h\e[?1049l!");
        _screen.Text.Should().StartWith("shell!");
        (_screen.IsAlternate, _screen.ShowsCursor).Should().Be((false, true));
    }

    [Fact]
    public void The_test_screen_shows_a_synchronized_frame_as_a_whole()
    {
        Write("old\e[?2026h\e[1;1Hn");
        _screen.Text.Should().StartWith("old");

        Write("ew\e[?2026l");
        _screen.Text.Should().StartWith("new");
    }

    [Fact]
    public void The_test_screen_answers_a_query_for_the_cursor_position()
    {
        Write("ab\e[6n");

        _answers.Should().Equal("\e[1;3R");
    }

    [Fact]
    public void An_unknown_sequence_on_the_test_screen_fails_the_test()
    {
        Write("\e[5z");

        _screen.Invoking(static screen => screen.Text).Should().Throw<NotSupportedException>().WithMessage("*5 z*");
    }

    private void Write(string text) => _screen.Write(Encoding.UTF8.GetBytes(text));
}
