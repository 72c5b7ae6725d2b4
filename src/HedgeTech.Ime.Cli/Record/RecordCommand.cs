using System.CommandLine;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Relay;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Cli.Record;

/// <summary><c>ime record</c>: the market, written to a folder.</summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        ServiceOptions service = new();
        Argument<string[]> contracts = new("contract") { Description = "The contracts, by name, or by id with --id.", Arity = ArgumentArity.OneOrMore };
        Option<bool> byId = new("--id") { Description = "The contracts are ids." };
        Option<string> folder = new("--to") { Description = "The folder to record to. It is created if it does not exist. If it contains a recording, that is continued.", HelpName = "folder", Required = true };
        Option<TimeSpan?> writeInterval = new("--write-interval")
        {
            Description = "How long messages are gathered before they are written: 0 to 1m, such as 10ms or 1s. A killed process loses at most this much. With 0, the stream waits until they are written. Default: 10ms.",
            HelpName = "time",
            CustomParser = static argument => Values.Interval(argument),
        };
        Option<TimeSpan?> duration = new("--for") { Description = "How long to record, counted from the start of the command: 30s, 5m, 1h. Default: until Ctrl+C.", HelpName = "time", CustomParser = static argument => Values.Time(argument) };
        Command command = new("record", "Record contracts to a folder: every message as it came, checked and compressed, until Ctrl+C.") { contracts, byId, folder, writeInterval, duration };
        RelayArguments relay = RelayArguments.ForReading(command);
        service.AddTo(command);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(contracts) is { } given && given.Any(string.IsNullOrWhiteSpace))
            {
                parsed.AddError("The name of a contract is empty.");
            }

            if (parsed.GetResult(folder) is { Tokens.Count: > 0 } && string.IsNullOrWhiteSpace(parsed.GetValue(folder)))
            {
                parsed.AddError("The folder of --to is empty.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] wanted = parsed.GetValue(contracts)!;
            ContractSet set = parsed.GetValue(byId) ? ContractSet.ById(wanted) : ContractSet.ByName(wanted);
            RecordingOptions recording = new();
            recording.WriteInterval = parsed.GetValue(writeInterval) ?? recording.WriteInterval;
            if (parsed.GetValue(relay.Server) is not null)
            {
                return (int)await RelayArguments.RunAsync(() => RecordingRun.RunAsync(relay.Read(parsed, service), set, parsed.GetValue(folder)!, recording, parsed.GetValue(duration), cancellationToken));
            }

            ImeClientOptions options = await ServiceSettings.ReadAsync(parsed, service, cancellationToken);
            return (int)await RecordingRun.RunAsync(options, set, parsed.GetValue(folder)!, recording, parsed.GetValue(duration), cancellationToken);
        });
        return command;
    }
}
