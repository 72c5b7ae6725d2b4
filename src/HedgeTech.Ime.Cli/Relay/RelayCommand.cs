using System.CommandLine;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Relay;

/// <summary><c>ime relay</c>: publishes the market to Redis for other machines.</summary>
internal static class RelayCommand
{
    public static Command Create()
    {
        ServiceOptions service = new();
        RelayArguments relay = new(RelayArguments.ToPublish, "The Redis to publish to: HOST:PORT, and options as StackExchange.Redis takes them, such as HOST:PORT,ssl=true.");
        relay.Server.Required = true;
        Argument<string[]> contracts = new("contract") { Description = "The contracts, by name, or by id with --id.", Arity = ArgumentArity.OneOrMore };
        Option<bool> byId = new("--id") { Description = "The contracts are ids." };
        Option<bool> hot = new("--hot-standby") { Description = "Keep a connection to the service while standing by, so that a takeover leaves no gap. The account must allow two connections." };
        Command command = new("relay", "Publish contracts to Redis, so that many machines share one account. Start it twice, and one stands by until the other is gone.") { contracts, byId };
        relay.AddTo(command);
        command.Add(hot);
        service.AddTo(command);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(contracts) is { } given && given.Any(string.IsNullOrWhiteSpace))
            {
                parsed.AddError("The name of a contract is empty.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RelayOptions options = relay.Read(parsed, service);
            options.HotStandby = parsed.GetValue(hot);
            ImeClientOptions account = await ServiceSettings.ReadAsync(parsed, service, cancellationToken);
            string[] wanted = parsed.GetValue(contracts)!;
            ContractSet set = parsed.GetValue(byId) ? ContractSet.ById(wanted) : ContractSet.ByName(wanted);
            return (int)await RelayArguments.RunAsync(() => RelayRun.RunAsync(account, set, options, cancellationToken));
        });
        return command;
    }
}
