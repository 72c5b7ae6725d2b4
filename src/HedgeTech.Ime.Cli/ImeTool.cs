using System.CommandLine;
using System.Text;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli;

/// <summary>The whole tool: its commands, and what every ending means.</summary>
internal static class ImeTool
{
    public static RootCommand CreateRoot() => new("Watch the Iran Mercantile Exchange live, find out why a connection fails, and play the exchange.")
    {
        DoctorCommand.Create(),
    };

    /// <summary>Runs one command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        Console.OutputEncoding = Encoding.UTF8;
        using Interruption interruption = new();
        try
        {
            ParseResult command = CreateRoot().Parse(args);
            InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            int result = await command.InvokeAsync(invocation, interruption.Token);
            return command.Errors.Count > 0 ? (int)ExitCode.Usage : result;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return (int)interruption.ExitCode;
        }
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            await Console.Error.WriteLineAsync($"ime: {explained.Message}");
            return (int)explained.ExitCode;
        }
    }

    private static ToolException? Explain(Exception failure) => failure switch
    {
        ToolException known => known,
        ImeAuthenticationException { IsTransient: false } => new ToolException(ExitCode.LoginRefused, failure.Message),
        ImeSubscriptionRefusedException => new ToolException(ExitCode.ContractRefused, failure.Message),
        ImeException => new ToolException(ExitCode.Unreachable, failure.Message),
        _ => null,
    };
}
