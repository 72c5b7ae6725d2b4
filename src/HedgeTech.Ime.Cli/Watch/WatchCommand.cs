using System.Buffers;
using System.Collections.Concurrent;
using System.CommandLine;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Relay;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary><c>ime watch</c>: shows the market live.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        ServiceOptions service = new();
        Argument<string[]> contracts = new("contract") { Description = "The contracts by name, or by id with --id.", Arity = ArgumentArity.OneOrMore };
        Option<bool> byId = new("--id") { Description = "The contracts are ids." };
        Option<bool> plain = new("--plain") { Description = "Write one line for each message instead of the table. This is also the default if standard output is not a terminal." };
        Option<bool> json = new("--json") { Description = "Write each message as one JSON object per line, in the form of the wire. Events of the stream go to standard error." };
        Option<bool> curve = new("--curve") { Description = "Sort by month of delivery, and show how much each future costs more than the nearest one of its commodity, the front month." };
        Option<RightToLeft> rightToLeft = new("--right-to-left")
        {
            Description = "Who joins Persian letters and puts them in right-to-left order: terminal, tool, or auto. With auto, the tool does so for terminals known not to.",
            HelpName = "auto|terminal|tool",
            CustomParser = Values.Choice<RightToLeft>(),
        };
        Command command = new("watch", "Watch contracts live: a table of prices, order book, volume and trend, and the state of the connection.") { contracts, byId, plain, json, curve, rightToLeft };
        RelayArguments relay = RelayArguments.ForReading(command);
        service.AddTo(command);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(plain) && parsed.GetValue(json))
            {
                parsed.AddError("Use --plain or --json, not both.");
            }

            if (parsed.GetValue(curve) && (parsed.GetValue(plain) || parsed.GetValue(json)))
            {
                parsed.AddError("--curve is for the table, not for --plain or --json.");
            }

            if (parsed.GetValue(contracts) is { } given && given.Any(string.IsNullOrWhiteSpace))
            {
                parsed.AddError("The name of a contract is empty.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] wanted = parsed.GetValue(contracts)!;
            ContractSet set = parsed.GetValue(byId) ? ContractSet.ById(wanted) : ContractSet.ByName(wanted);
            NameForm names = Console.IsOutputRedirected ? NameForm.Verbatim : parsed.GetValue(rightToLeft).ToNameForm(ServiceSettings.Variable, OperatingSystem.IsWindows());
            Action<MarketSnapshot, IBufferWriter<byte>>? write = parsed.GetValue(json) ? LineWatch.Json
                : parsed.GetValue(plain) || !Consoles.OutIsScreen ? LineWatch.Plain(names)
                : null; // the table
            if (parsed.GetValue(relay.Server) is not null)
            {
                return (int)await RelayArguments.RunAsync(() => WatchRelayAsync(relay.Read(parsed, service), set, write, names, parsed.GetValue(curve), cancellationToken));
            }

            ImeClientOptions options = await ServiceSettings.ReadAsync(parsed, service, cancellationToken);
            await using ImeClient client = new(options);
            ExitCode end = write is not null ? await LineWatch.RunAsync(client.OpenFeed(set), write, cancellationToken)
                : await LiveWatch.RunAsync(new WatchedFeed(client.OpenFeed(set), options.BaseAddress.Authority, TimeProvider.System), names, parsed.GetValue(curve), cancellationToken);
            return (int)end;
        });
        return command;
    }

    /// <param name="options">Where the relay is.</param>
    /// <param name="set">The contracts.</param>
    /// <param name="write">Writes a snapshot as a line; null for the table.</param>
    /// <param name="names">How names are shown.</param>
    /// <param name="showsCurve">Whether the table shows the curve.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private static async Task<ExitCode> WatchRelayAsync(RelayOptions options, ContractSet set, Action<MarketSnapshot, IBufferWriter<byte>>? write, NameForm names, bool showsCurve, CancellationToken cancellationToken)
    {
        if (write is not null)
        {
            await using RelaySource source = RelayArguments.CreateSource(options, Console.Error.WriteLine);
            return await LineWatch.RunAsync(WatchedEvents.StreamAsync(source, set, cancellationToken), static () => false, write, isRecorded: false);
        }

        ConcurrentQueue<string> warnings = []; // the screen has no place for them
        try
        {
            await using RelaySource source = RelayArguments.CreateSource(options, warnings.Enqueue);
            return await LiveWatch.RunAsync(new WatchedRelay(source, set, options.Name, TimeProvider.System), names, showsCurve, cancellationToken);
        }
        finally
        {
            foreach (string warning in warnings)
            {
                Console.Error.WriteLine(warning);
            }
        }
    }
}
