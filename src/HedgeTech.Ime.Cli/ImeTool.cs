using System.CommandLine;
using System.Text;
using HedgeTech.Ime.Cli.Alert;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Completion;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Export;
using HedgeTech.Ime.Cli.Help;
using HedgeTech.Ime.Cli.Record;
using HedgeTech.Ime.Cli.Relay;
using HedgeTech.Ime.Cli.Replay;
using HedgeTech.Ime.Cli.Simulate;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Token;
using HedgeTech.Ime.Cli.Verify;
using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli;

/// <summary>The tool: its commands, and the exit code of each result.</summary>
internal static class ImeTool
{
    private const string Description = """
        Watch the Iran Mercantile Exchange live, alert, record, relay, replay and export it, find out why a connection fails, and simulate the exchange.

          Without an account:    ime simulate, and what it prints in a second terminal
          With an account:       ime watch SAFAB03
          Help for a command:    ime help watch
        """;

    public static RootCommand CreateRoot()
    {
        RootCommand root = new(Description)
        {
            WatchCommand.Create(),
            AlertCommand.Create(),
            TokenCommand.Create(),
            DoctorCommand.Create(),
            SimulateCommand.Create(),
            RecordCommand.Create(),
            RelayCommand.Create(),
            ReplayCommand.Create(),
            VerifyCommand.Create(),
            ExportCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Add(HelpCommand.Create(root));
        return root;
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        Console.OutputEncoding = Encoding.UTF8;
        using Interruption interruption = new();
        try
        {
            RootCommand root = CreateRoot();
            if (args.Length == 0)
            {
                HelpCommand.Show(root, null);
                return (int)ExitCode.Usage;
            }

            // Response files are not needed, and a contract whose name begins with @ would be read as one.
            ParseResult command = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (UsageErrors.Find(command, args) is { Count: > 0 } problems)
            {
                string help = command.CommandResult.Command is RootCommand ? "ime --help" : $"ime {command.CommandResult.Command.Name} --help";
                await Console.Error.WriteLineAsync($"{string.Concat(problems.Select(static problem => $"ime: {problem}\n"))}See '{help}'.");
                return (int)ExitCode.Usage;
            }

            InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await command.InvokeAsync(invocation, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return (int)interruption.ExitCode;
        }
        catch (Exception failure)
        {
            (ExitCode exitCode, string text) = Explain(failure);
            await Console.Error.WriteLineAsync($"ime: {text}");
            return (int)exitCode;
        }
    }

    internal static (ExitCode ExitCode, string Text) Explain(Exception failure) => failure switch
    {
        ToolException known => (known.ExitCode, CellText.PrintableLines(known.Message)),
        ImeAuthenticationException { IsTransient: false } => (ExitCode.LoginRefused, CellText.Printable(failure.Message)),
        ImeSubscriptionRefusedException => (ExitCode.ContractRefused, CellText.Printable(failure.Message)),
        ImeException => (ExitCode.Unreachable, CellText.Printable(failure.Message)),
        _ => (ExitCode.Failure, CellText.PrintableLines($"an error in the tool itself, please report it: {failure}")),
    };
}
