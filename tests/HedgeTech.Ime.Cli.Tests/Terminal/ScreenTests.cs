using System.Text;
using HedgeTech.Ime.Cli.Terminal;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

public sealed class ScreenTests : IDisposable
{
    private readonly Writes _output = new();
    private readonly Screen _screen;

    public ScreenTests()
    {
        _screen = new Screen(_output, ColorSystem.Standard);
        _output.All.Clear();
    }

    public void Dispose()
    {
        _screen.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void The_screen_writes_a_frame_in_one_write()
    {
        _screen.Show(Frame("a", "b"));

        _output.All.Should().ContainSingle().Which.Should().Contain("a").And.Contain("b");
    }

    [Fact]
    public void The_screen_does_not_write_unchanged_spans_again()
    {
        _screen.Show(Frame("same", "old"));
        _output.All.Clear();

        _screen.Show(Frame("same", "new"));

        _output.All.Should().ContainSingle().Which.Should().Contain("new").And.NotContain("same").And.NotContain("2J");
    }

    [Fact]
    public void The_screen_writes_nothing_for_an_unchanged_frame()
    {
        _screen.Show(Frame("same", "same"));
        _output.All.Clear();

        _screen.Show(Frame("same", "same"));

        _output.All.Should().BeEmpty();
    }

    [Fact]
    public void A_shorter_row_erases_the_rest_of_the_longer_one()
    {
        _screen.Show(Frame("a long text", "b"));
        _output.All.Clear();

        _screen.Show(Frame("short", "b"));

        _output.All.Should().ContainSingle().Which.Should().Contain("\e[1;1H\e[2K").And.Contain("short");
    }

    [Fact]
    public void The_end_of_the_screen_restores_the_terminal()
    {
        _screen.Dispose();

        _output.All.Should().ContainSingle().Which.Should().Contain("\e[?25h").And.Contain("\e[?1049l");
    }

    private static Frame Frame(string first, string second)
    {
        Frame frame = new(40, 2);
        frame.Put(0, 0, first);
        frame.Put(1, 0, second, new Style(Color.Green));
        return frame;
    }

    private sealed class Writes : MemoryStream
    {
        public List<string> All { get; } = [];

        public override void Write(byte[] buffer, int offset, int count) => All.Add(Encoding.UTF8.GetString(buffer, offset, count));
    }
}
