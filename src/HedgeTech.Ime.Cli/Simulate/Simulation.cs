using System.Threading.Channels;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Simulate;

/// <summary>Runs a simulator until the user ends it: prints how to connect to it, who connects, and handles the keys.</summary>
internal static class Simulation
{
    private const int ShownContracts = 3;

    /// <exception cref="ToolException">The port is taken.</exception>
    public static async Task<ExitCode> RunAsync(ImeSimulatorOptions options, CancellationToken cancellationToken)
    {
        await using ImeSimulator simulator = await StartAsync(options, cancellationToken);
        ChannelReader<ConsoleKeyInfo> keys = Keyboard.Listen();
        await Console.Out.WriteLineAsync(Introduction(simulator, OperatingSystem.IsWindows()));
        if (!Console.IsInputRedirected)
        {
            await Console.Out.WriteLineAsync(string.Join('\n', FaultKeys.All.Select(static key => $"  {key.Key}  {key.Value.Meaning}").Append("  q  quit")) + "\n");
        }

        using CancellationTokenSource quit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task telling = TellAsync(simulator, quit.Token);
        try
        {
            await foreach (ConsoleKeyInfo key in keys.ReadAllAsync(cancellationToken))
            {
                if (key.KeyChar == 'q')
                {
                    return ExitCode.Success;
                }

                if (FaultKeys.All.TryGetValue(key.KeyChar, out (string Meaning, Func<ImeSimulator, Task> Act) known))
                {
                    await Console.Out.WriteLineAsync($"{TimeProvider.System.GetUtcNow().InTehran():HH:mm:ss.fff} {known.Meaning}");
                    await known.Act(simulator);
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken); // no keyboard
            return ExitCode.Success;
        }
        finally
        {
            await quit.CancelAsync();
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns the address of the simulator, and two command lines that connect to it.</summary>
    public static string Introduction(ImeSimulator simulator, bool isPowerShell)
    {
        return $"""
            The exchange is simulated at {Address(simulator)} with {Quantities.Count(simulator.Contracts.Count, "contract")}. Ctrl+C ends it.

            {HowToConnect(simulator, isPowerShell)}
            """;
    }

    /// <summary>Where a simulator listens, without a slash at the end.</summary>
    public static string Address(ImeSimulator simulator) => simulator.BaseAddress.ToString().TrimEnd('/');

    /// <summary>The two lines that point others at a simulator.</summary>
    public static string HowToConnect(ImeSimulator simulator, bool isPowerShell)
    {
        string address = Address(simulator);
        string contracts = string.Join(' ', simulator.Contracts.Take(ShownContracts).Select(contract => Quoted(contract.Code)));
        string watch = Line([("IME_USERNAME", simulator.Username), ("IME_PASSWORD", simulator.Password)], $"ime watch --base-address {address} {contracts}");
        string application = Line([("Ime__BaseAddress", address), ("Ime__Username", simulator.Username), ("Ime__Password", simulator.Password)], "dotnet run");
        return $"""
            Watch it:
              {watch}
            Point an application at it that configures its client from the section Ime:
              {application}

            """;

        string Line((string Name, string Value)[] variables, string command) => isPowerShell
            ? string.Concat(variables.Select(static variable => $"$env:{variable.Name}='{variable.Value}'; ")) + command
            : string.Concat(variables.Select(static variable => $"{variable.Name}={variable.Value} ")) + command;
    }

    private static string Quoted(string name) => name.All(static letter => char.IsLetterOrDigit(letter)) ? name : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Starts a simulator.</summary>
    /// <exception cref="ToolException">The port is taken.</exception>
    public static async Task<ImeSimulator> StartAsync(ImeSimulatorOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ImeSimulator.StartAsync(options, cancellationToken: cancellationToken);
        }
        catch (IOException taken)
        {
            throw new ToolException(ExitCode.Failure, $"Port {options.Port} is not available: {taken.Message}", taken);
        }
    }

    /// <summary>Tells of each login and handshake, with the time in Tehran, until it is cancelled.</summary>
    public static async Task TellAsync(ImeSimulator simulator, CancellationToken cancellationToken)
    {
        (LoginRecord? login, HandshakeRecord? handshake) = (null, null);
        while (true)
        {
            await simulator.WhenAsync(now => HasMore(now.Logins, login) || HasMore(now.Handshakes, handshake), cancellationToken);
            foreach (LoginRecord record in After(simulator.Logins, login))
            {
                login = record;
                await Console.Out.WriteLineAsync(CellText.Printable((record with { At = record.At.InTehran() }).ToString()));
            }

            foreach (HandshakeRecord record in After(simulator.Handshakes, handshake))
            {
                handshake = record;
                await Console.Out.WriteLineAsync(CellText.Printable((record with { At = record.At.InTehran() }).ToString()));
            }
        }

        static bool HasMore<T>(IReadOnlyList<T> records, T? last)
            where T : class => records is [.., var newest] && !ReferenceEquals(newest, last);
    }

    /// <summary>Returns the records after the last one printed, or all if that one is no longer kept.</summary>
    private static IEnumerable<T> After<T>(IReadOnlyList<T> records, T? last)
        where T : class => records.Reverse().TakeWhile(record => !ReferenceEquals(record, last)).Reverse();
}
