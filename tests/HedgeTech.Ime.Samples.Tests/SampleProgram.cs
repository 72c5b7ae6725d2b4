using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>Runs a sample in its own process, as a user does.</summary>
internal sealed class SampleProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _errors;
    private readonly Task _reading;

    private SampleProgram(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Starts a sample.</summary>
    /// <param name="name">The folder of the sample.</param>
    /// <param name="environment">The variables <c>IME_*</c> to set. All other variables of that form are removed.</param>
    /// <param name="arguments">The arguments of the sample.</param>
    public static SampleProgram Start(string name, (string Name, string Value)[] environment, params string[] arguments)
    {
        // A process in the background of a shell ignores Ctrl+C, and so do its child processes. The command env restores the default.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet", PathOf(name)] : ["dotnet", PathOf(name)];
        ProcessStartInfo start = new(command[0], [.. command[1..], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (string variable in start.Environment.Keys.Where(static variable => variable.StartsWith("IME_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(variable);
        }

        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        return new SampleProgram(Process.Start(start)!);
    }

    /// <summary>Returns the environment variables with which a sample streams from the simulator of the test.</summary>
    public static (string Name, string Value)[] Account(ImeSimulator simulator, string? password = null) =>
        [("IME_BASE_ADDRESS", simulator.BaseAddress.OriginalString), ("IME_USERNAME", simulator.Username), ("IME_PASSWORD", password ?? simulator.Password)];

    /// <summary>Reads the output of the sample up to the next line that contains the text.</summary>
    public async Task<string> LineWithAsync(string text, CancellationToken cancellationToken)
    {
        await foreach (string line in _lines.Reader.ReadAllAsync(cancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The sample ended without a line with '{text}'. Errors: {await _errors}");
    }

    /// <summary>Sends the signal of Ctrl+C in a terminal.</summary>
    public async Task InterruptAsync(CancellationToken cancellationToken)
    {
        using Process kill = Process.Start("kill", ["-s", "INT", $"{_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends the sample without any chance to clean up.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end of the sample. Returns its exit code, the output since the last requested line, and the error output.</summary>
    public async Task<(int ExitCode, IReadOnlyList<string> Lines, string Errors)> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        List<string> lines = [];
        while (_lines.Reader.TryRead(out string? line))
        {
            lines.Add(line);
        }

        return (_process.ExitCode, lines, await _errors.WaitAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        _process.Dispose();
    }

    // The folder tests/NAME/bin/Release/net10.0/ is parallel to samples/NAME/bin/Release/net10.0/.
    private static string PathOf(string sample)
    {
        DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        DirectoryInfo configuration = framework.Parent!;
        string root = Path.GetFullPath("../../../..", configuration.FullName);
        string program = sample.TrimStart("0123456789-".ToCharArray()) + ".dll";
        return Path.Combine(root, "samples", sample, "bin", configuration.Name, framework.Name, program);
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }
}
