using System.Diagnostics;
using System.Text;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>Runs the tool as a process without a terminal.</summary>
internal static class Tool
{
    /// <summary>Returns the command line that starts the tool.</summary>
    public static string[] CommandLine(params string[] arguments) => ["dotnet", Path.Combine(AppContext.BaseDirectory, "ime.dll"), .. arguments];

    /// <summary>Returns environment variables with which the tool does not find the files of the user.</summary>
    public static IEnumerable<(string Name, string Value)> Environment(params (string Name, string Value)[] more) =>
        [("XDG_CONFIG_HOME", "/nonexistent"), ("IME_USERNAME", ""), ("IME_PASSWORD", ""), ("IME_ACCESS_TOKEN", ""), ("IME_BASE_ADDRESS", ""), ("IME_CONFIG", ""), ("IME_CREDENTIALS", ""), ("IME_REDIS_USERNAME", ""), ("IME_REDIS_PASSWORD", ""), ("IME_WEBHOOK", ""), ("LC_ALL", "C.UTF-8"), .. more];

    /// <summary>Starts a simulator.</summary>
    public static Task<ImeSimulator> SimulatorAsync(ImeSimulatorOptions? options = null) => ImeSimulator.StartAsync(options, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Returns environment variables with which the tool watches a simulator.</summary>
    public static (string Name, string Value)[] Account(ImeSimulator simulator) =>
        [("IME_USERNAME", simulator.Username), ("IME_PASSWORD", simulator.Password), ("IME_BASE_ADDRESS", simulator.BaseAddress.ToString())];

    /// <summary>Starts the tool with all standard streams redirected. Disposing of the process ends it.</summary>
    public static Process Start((string Name, string Value)[] environment, params string[] arguments)
    {
        string[] command = CommandLine(arguments);
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach ((string name, string value) in Environment(environment))
        {
            start.Environment[name] = value;
        }

        ToolProcess process = new() { StartInfo = start };
        process.Start();
        return process;
    }

    /// <summary>Runs the tool to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        using Process process = Start(environment, arguments);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await errors);
    }
}
