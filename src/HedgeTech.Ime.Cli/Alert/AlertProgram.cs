using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Runs a program for each alert, without a shell. The alert is in its environment and on its standard input, never in its arguments.</summary>
internal sealed class AlertProgram : IAlertOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How long the output of a program is read after its end. A child that it left behind may keep the output open.</summary>
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(1);

    /// <summary>What the program must not inherit.</summary>
    private static readonly string[] Secrets = ["IME_USERNAME", "IME_PASSWORD", "IME_ACCESS_TOKEN", "IME_REDIS_USERNAME", "IME_REDIS_PASSWORD", "IME_WEBHOOK"];

    private readonly string[] _command;
    private readonly Action<string> _write;
    private readonly TimeProvider _time;

    /// <param name="command">The program and its arguments, in quotes where they contain spaces.</param>
    /// <param name="write">Takes each line that the program writes. May be called by any thread.</param>
    /// <param name="time">The clock.</param>
    public AlertProgram(string command, Action<string> write, TimeProvider time)
    {
        _command = Split(command);
        _write = write;
        _time = time;
    }

    public string Name => $"the program {CellText.Printable(_command[0])}";

    /// <summary>Returns what is wrong with a command, in a sentence; null if nothing is.</summary>
    public static string? ProblemWith(string command) => Split(command) switch
    {
        [] => "--run is empty.",
        [var program, ..] when Find(program) is null => $"--run names '{CellText.Printable(program)}', which does not exist. Give the path of a program, or the name of one in PATH.",
        _ => null,
    };

    public async Task<string?> SendAsync(Crossing crossing, CancellationToken cancellationToken)
    {
        using CancellationTokenSource bound = new(Patience, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        using Process? process = Start(crossing, out string failure);
        if (process is null)
        {
            return failure;
        }

        Task forwarding = Task.WhenAll(ForwardAsync(process.StandardOutput), ForwardAsync(process.StandardError));
        try
        {
            await WriteAsync(process, crossing, either.Token);
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            string killed = Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            return $"it did not end within {Patience.TotalSeconds:0} s, and {killed}";
        }

        await Task.WhenAny(forwarding, Task.Delay(LastLines, _time, cancellationToken));
        return process.ExitCode == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"it exited with code {process.ExitCode}");
    }

    private static string[] Split(string command) => [.. CommandLineParser.SplitCommandLine(command)];

    /// <summary>Kills a program and what it started.</summary>
    /// <returns>What came of it.</returns>
    private static string Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            return "was killed";
        }
        catch (Exception refused) when (refused is Win32Exception or AggregateException or InvalidOperationException)
        {
            return $"could not be killed: {CellText.Printable(refused.GetBaseException().Message)}";
        }
    }

    /// <summary>Passes on what the program writes, until it and what it started have closed the output.</summary>
    private async Task ForwardAsync(StreamReader output)
    {
        try
        {
            while (await output.ReadLineAsync(CancellationToken.None) is { } line)
            {
                _write(CellText.Printable(line));
            }
        }
        catch (IOException)
        {
            // The output broke. The program's exit code decides.
        }
    }

    private Process? Start(Crossing crossing, out string failure)
    {
        ProcessStartInfo start = new(Find(_command[0]) ?? _command[0], _command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string secret in Secrets)
        {
            start.Environment.Remove(secret);
        }

        start.Environment["IME_ALERT_AT"] = crossing.At.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        start.Environment["IME_ALERT_CONTRACT"] = crossing.Contract;
        start.Environment["IME_ALERT_RULE"] = crossing.Rule;
        start.Environment["IME_ALERT_VALUE"] = crossing.Value?.ToString(CultureInfo.InvariantCulture) ?? "";
        start.Environment["IME_ALERT_TEXT"] = crossing.Text;
        try
        {
            failure = "";
            return Process.Start(start);
        }
        catch (Win32Exception refused)
        {
            failure = CellText.Printable(refused.Message);
            return null;
        }
    }

    private static async Task WriteAsync(Process process, Crossing crossing, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(Encoding.UTF8.GetString(CrossingJson.Write(crossing)).AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program does not read it. The environment is enough for many.
        }
    }

    /// <summary>Finds a program in PATH only, unlike the platform, which first looks in the folder of this tool and in the current folder.</summary>
    /// <returns>Its path; null if it does not exist.</returns>
    private static string? Find(string program)
    {
        if (Path.GetFileName(program) != program)
        {
            return File.Exists(program) ? program : null;
        }

        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".com", ""] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
