using HedgeTech.Ime.Cli.Alert;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Cli.Tests.Alert;

public sealed class NoticesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_terminal_that_has_stopped_holds_up_nobody_and_is_told_how_many_lines_are_missing()
    {
        using StoppedTerminal terminal = new();
        Notices notices = new(terminal, _time);
        notices.Add("line 0");
        await terminal.WhenWritingAsync();

        for (int i = 1; i <= Notices.Capacity + 3; i++)
        {
            notices.Add($"line {i}");
        }

        terminal.GoOn();
        await notices.DisposeAsync();

        terminal.Lines.Take(2).Should().Equal("line 0", $"ime: 3 lines could not be written here{terminal.NewLine}line 4");
        terminal.Lines.Should().HaveCount(Notices.Capacity + 1).And.EndWith($"line {Notices.Capacity + 3}");
    }

    [Fact]
    public async Task A_terminal_that_has_stopped_holds_up_the_end_for_a_second()
    {
        using StoppedTerminal terminal = new();
        Notices notices = new(terminal, _time);
        notices.Add("line");
        await terminal.WhenWritingAsync();

        Task end = notices.DisposeAsync().AsTask();
        end.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await end;

        terminal.Lines.Should().BeEmpty();
        terminal.GoOn();
    }

    [Fact]
    public async Task Lines_that_cannot_be_written_are_counted()
    {
        using StoppedTerminal terminal = new(failures: 2);
        terminal.GoOn();
        Notices notices = new(terminal, _time);
        notices.Add("lost");
        notices.Add("lost too"); // with its line about the first, which fails
        notices.Warn("written\e");
        await notices.DisposeAsync();

        terminal.Lines.Should().Equal($"ime: 2 lines could not be written here{terminal.NewLine}ime: written·");
    }

    private sealed class StoppedTerminal(int failures = 0) : StringWriter
    {
        private readonly TaskCompletionSource _isWriting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _goOn = new();
        private int _failures = failures;

        public List<string?> Lines { get; } = [];

        public Task WhenWritingAsync() => _isWriting.Task;

        public void GoOn() => _goOn.Set();

        public override void WriteLine(string? value)
        {
            _isWriting.TrySetResult();
            _goOn.Wait(TestContext.Current.CancellationToken);
            if (_failures-- > 0)
            {
                throw new IOException("No space left on device");
            }

            Lines.Add(value);
        }
    }
}
