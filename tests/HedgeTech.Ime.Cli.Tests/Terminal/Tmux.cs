using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>The tool in a real terminal: a pane of a tmux server of its own, whose screen is read as text. When the tool ends, the screen says with which code.</summary>
internal sealed class Tmux : IAsyncDisposable
{
    private const string Pane = "ime:0.0";

    // What is on the screen before the tool must be there after it; what the shell sees of the terminal then is shown. Ctrl+C reaches the shell too.
    private const string Script = """trap : INT; printf 'before\n'; "$@"; code=$?; trap '' INT; printf 'ended with %s\n' $code; stty -a | tr ';' '\n' | grep echo; exec sleep 1000""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly string _server;

    private Tmux(string server) => _server = server;

    /// <summary>Starts the tool with arguments, in a terminal of that size.</summary>
    public static async Task<Tmux> StartAsync(int width, int height, (string Name, string Value)[] environment, params string[] arguments)
    {
        Tmux terminal = new($"ime-{Guid.NewGuid():N}");
        string[] size = ["-x", width.ToString(CultureInfo.InvariantCulture), "-y", height.ToString(CultureInfo.InvariantCulture)];
        IEnumerable<string> variables = Tool.Environment(environment).SelectMany(static variable => (string[])["-e", $"{variable.Name}={variable.Value}"]);
        await terminal.CommandAsync(["-f", "/dev/null", "-u", "new-session", "-d", "-s", "ime", .. size, .. variables, "sh", "-c", Script, "sh", .. Tool.CommandLine(arguments)]);
        return terminal;
    }

    /// <summary>The screen as soon as it has a text on it.</summary>
    /// <exception cref="TimeoutException">It does not have it in time; the message shows the screen.</exception>
    public Task<string> ScreenWithAsync(string text) => ScreenAsync(screen => screen.Contains(text, StringComparison.Ordinal), $"has '{text}'");

    /// <summary>The screen as soon as it is as wished for.</summary>
    /// <exception cref="TimeoutException">It is not in time; the message shows the screen.</exception>
    public async Task<string> ScreenAsync(Predicate<string> isAsWished, string wish)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string screen = await CommandAsync("capture-pane", "-p", "-t", Pane);
            if (isAsWished(screen))
            {
                return screen;
            }

            if (Stopwatch.GetElapsedTime(start) > Deadline)
            {
                throw new TimeoutException($"No screen in {Deadline.TotalSeconds} s that {wish}. The last was:\n{screen}");
            }

            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Presses keys, by tmux's names: <c>Enter</c>, <c>Down</c>, <c>C-c</c>, letters.</summary>
    public Task PressAsync(params string[] keys) => CommandAsync(["send-keys", "-t", Pane, .. keys]);

    public Task ResizeAsync(int width, int height) =>
        CommandAsync("resize-window", "-t", "ime:0", "-x", width.ToString(CultureInfo.InvariantCulture), "-y", height.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends a signal to the tool.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", ["-s", signal, await ToolAsync()]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Whether the tool is stopped, as soon as it is; false if it is not in time.</summary>
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

    /// <summary>Whether the terminal is as a shell expects it: its own screen, with a cursor, and what is typed is echoed.</summary>
    public async Task<string> StateAfterEndAsync()
    {
        string screen = await ScreenWithAsync("ended with");
        screen.Should().StartWith("before");
        await ScreenAsync(static after => after.Split('\n').Any(static line => line.Contains(" echo ", StringComparison.Ordinal)), "shows that what is typed is echoed");
        (await CommandAsync("display-message", "-p", "-t", Pane, "#{alternate_on} #{cursor_flag}")).Trim().Should().Be("0 1");
        return screen;
    }

    public async ValueTask DisposeAsync() => await CommandAsync("kill-server");

    private async Task<string> ToolAsync()
    {
        string shell = (await CommandAsync("display-message", "-p", "-t", Pane, "#{pane_pid}")).Trim();
        return (await File.ReadAllTextAsync($"/proc/{shell}/task/{shell}/children")).Trim();
    }

    private async Task<string> CommandAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("tmux", ["-L", _server, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"tmux {arguments[0]}: {await errors}");
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("These tests drive the tool through tmux, which is missing. Install it: apt-get install tmux", missing);
        }
    }
}
