using System.CommandLine;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Terminal;

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
            ImeClientOptions options = await ServiceSettings.ReadAsync(parsed, service, cancellationToken);
            string[] wanted = parsed.GetValue(contracts)!;
            ContractSet set = parsed.GetValue(byId) ? ContractSet.ById(wanted) : ContractSet.ByName(wanted);
            NameForm names = Console.IsOutputRedirected ? NameForm.Verbatim : parsed.GetValue(rightToLeft).ToNameForm(ServiceSettings.Variable, OperatingSystem.IsWindows());
            await using ImeClient client = new(options);
            ExitCode end = parsed.GetValue(json) ? await LineWatch.RunAsync(client.OpenFeed(set), LineWatch.Json, cancellationToken)
                : parsed.GetValue(plain) || !Consoles.OutIsScreen ? await LineWatch.RunAsync(client.OpenFeed(set), LineWatch.Plain(names), cancellationToken)
                : await LiveWatch.RunAsync(new WatchedFeed(client.OpenFeed(set), options.BaseAddress.Authority, TimeProvider.System), names, parsed.GetValue(curve), cancellationToken);
            return (int)end;
        });
        return command;
    }
}
