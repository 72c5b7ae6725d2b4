using Spectre.Console;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Standard output and standard error, with color if the terminal supports it and <c>NO_COLOR</c> is not set. Lines only wrap at the edge of a terminal.</summary>
internal static class Consoles
{
    /// <summary>For results.</summary>
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>For questions, progress and errors, so that they do not go into a pipe.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether standard output is a terminal that can show a screen.</summary>
    public static bool OutIsScreen => !Console.IsOutputRedirected && CanDraw;

    /// <summary>Whether standard error is a terminal that can write a line again.</summary>
    public static bool ErrorIsScreen => !Console.IsErrorRedirected && CanDraw;

    private static bool CanDraw => OperatingSystem.IsWindows() || (Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal && terminal != "dumb");

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
        {
            console.Profile.Width = short.MaxValue;
        }

        return console;
    }
}
