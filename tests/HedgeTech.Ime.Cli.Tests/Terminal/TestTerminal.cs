using System.Diagnostics;
using System.Globalization;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>Runs the tool in its own terminal, whose screen a test reads as text. When the tool ends, the screen shows its exit code.</summary>
internal sealed class TestTerminal : IAsyncDisposable
{
    // The leader of a session gets the first terminal that it opens. The screen must show the text from before the tool again after it. The shell then prints
    // the state of the terminal. Ctrl+C also reaches the shell.
    private const string Script = """exec < "$1" > "$1" 2>&1; shift; trap : INT; printf 'before\n'; "$@"; code=$?; trap '' INT; printf 'ended with %s\n' $code; stty -a | tr ';' '\n' | grep echo; exec sleep 1000""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The escape sequences of special keys, by name.</summary>
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["Enter"] = "\r",
        ["Escape"] = "\e",
        ["C-c"] = "\u0003",
        ["C-z"] = "\u001a",
        ["Up"] = "A",
        ["Down"] = "B",
        ["Home"] = "H",
        ["End"] = "F",
    };

    private readonly PseudoTerminal _terminal;
    private readonly Process _shell;

    private TestTerminal(PseudoTerminal terminal, Process shell) => (_terminal, _shell) = (terminal, shell);

    private string Screen => _terminal.Screen.Text;

    /// <summary>Starts the tool with arguments in a terminal of the given size. Skips the test if this machine has no pseudo-terminal.</summary>
    public static TestTerminal Start(int width, int height, (string Name, string Value)[] environment, params string[] arguments)
    {
        Assert.SkipWhen(PseudoTerminal.Missing is not null, PseudoTerminal.Missing ?? "");
        PseudoTerminal terminal = new(width, height);
        try
        {
            ProcessStartInfo start = new("setsid", ["sh", "-c", Script, "sh", terminal.Path, .. Tool.CommandLine(arguments)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (string ofAnotherTerminal in (string[])["WT_SESSION", "XTERM_VERSION", "TERM_PROGRAM", "COLORTERM", "TMUX", "LINES", "COLUMNS"])
            {
                start.Environment.Remove(ofAnotherTerminal);
            }

            start.Environment["TERM"] = "xterm-256color";
            foreach ((string name, string value) in Tool.Environment(environment))
            {
                start.Environment[name] = value;
            }

            return new TestTerminal(terminal, Process.Start(start)!);
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    /// <summary>Returns the screen as soon as it shows a text.</summary>
    /// <exception cref="TimeoutException">The screen does not show the text in time. The message contains the screen.</exception>
    public Task<string> ScreenWithAsync(string text) => ScreenAsync(screen => screen.Contains(text, StringComparison.Ordinal), $"has '{text}'");

    /// <summary>Returns the screen as soon as it meets a condition.</summary>
    /// <exception cref="TimeoutException">The screen does not meet the condition in time. The message contains the screen.</exception>
    public async Task<string> ScreenAsync(Predicate<string> isAsWished, string wish)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            Task changed = _terminal.Changed;
            string screen = Screen;
            if (isAsWished(screen))
            {
                return screen;
            }

            try
            {
                TimeSpan left = Deadline - Stopwatch.GetElapsedTime(start);
                await changed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"No screen in {Deadline.TotalSeconds} s that {wish}. The last was:\n{Screen}");
            }
        }
    }

    /// <summary>Presses keys by name, such as <c>Enter</c>, <c>Down</c> and <c>C-c</c>. Types any other text.</summary>
    public void Press(params string[] keys)
    {
        foreach (string key in keys)
        {
            string sent = Keys.GetValueOrDefault(key, key);
            _terminal.Type(key is "Up" or "Down" or "Home" or "End" ? $"\e{(_terminal.Screen.SendsApplicationKeys ? 'O' : '[')}{sent}" : sent);
        }
    }

    public void Resize(int width, int height) => _terminal.Resize(width, height);

    /// <summary>Sends a signal to the tool.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -s {signal} {await ToolAsync()}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        kill.ExitCode.Should().Be(0);
    }

    /// <summary>Waits until the tool is suspended. Returns false if it is not suspended in time.</summary>
    public async Task<bool> IsStoppedAsync()
    {
        string tool = await ToolAsync();
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Deadline; await Task.Delay(Pause, TestContext.Current.CancellationToken))
        {
            if ((await File.ReadAllTextAsync($"/proc/{tool}/stat")).Contains(") T ", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the screen after the end, once the terminal has its normal screen, a cursor and echo, as a shell expects.</summary>
    public async Task<string> StateAfterEndAsync()
    {
        string screen = await ScreenWithAsync("ended with");
        screen.Should().StartWith("before");
        await ScreenAsync(static after => after.Split('\n').Any(static line => line.Contains(" echo ", StringComparison.Ordinal)), "shows that what is typed is echoed");
        _terminal.Screen.IsAlternate.Should().BeFalse();
        _terminal.Screen.ShowsCursor.Should().BeTrue();
        return screen;
    }

    /// <summary>Closes the terminal as a closed window does.</summary>
    public async ValueTask DisposeAsync()
    {
        _terminal.Dispose();
        using (_shell)
        {
            await _shell.WaitForExitAsync(CancellationToken.None).WaitAsync(Deadline);
        }
    }

    private async Task<string> ToolAsync()
    {
        string shell = _shell.Id.ToString(CultureInfo.InvariantCulture);
        return (await File.ReadAllTextAsync($"/proc/{shell}/task/{shell}/children")).Trim();
    }
}
