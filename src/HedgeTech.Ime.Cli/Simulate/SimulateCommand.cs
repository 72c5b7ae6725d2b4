using System.CommandLine;
using System.Globalization;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Simulate;

/// <summary><c>ime simulate</c>: simulates the service on a port of this machine, with a market and with faults.</summary>
internal static class SimulateCommand
{
    private const int KeptRecords = 1000; // they are printed as they arrive; what is kept must not grow for days

    public static Command Create()
    {
        ImeSimulatorOptions defaults = new();
        Argument<string[]> contracts = new("contract")
        {
            Description = $"The contracts of the market, by code, name or id. Unknown ones are invented. Default: the {defaults.Contracts.Count} built-in ones.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<int> port = new("--port") { Description = "The port on 127.0.0.1. 0 means any free port.", DefaultValueFactory = _ => defaults.Port, HelpName = "number", CustomParser = Values.Number<int>(NumberStyles.None, static port => port <= 65535, "from 0 to 65535") };
        Option<double> rate = new("--rate")
        {
            Description = "Messages per second for each contract.",
            DefaultValueFactory = _ => defaults.Rate,
            HelpName = "number",
            CustomParser = Values.Number<double>(NumberStyles.AllowDecimalPoint, static rate => rate is 0 or (>= 0.001 and <= 1_000_000), "0, or from 0.001 to 1000000 messages per second"),
        };
        Option<int> seed = new("--seed") { Description = "The seed of the market. The same seed gives the same prices.", DefaultValueFactory = _ => defaults.Seed, HelpName = "number", CustomParser = Values.Number<int>(NumberStyles.AllowLeadingSign, static _ => true, "a whole number") };
        Option<bool> any = new("--any") { Description = "Invent any requested contract instead of refusing it." };
        Option<string[]> faults = new("--fault")
        {
            Description = $"A fault and when it happens: KIND@TIME or KIND@COUNTmessages, with *TIMES to repeat it, such as drop@10s, stall@500messages or restart@1m*3. Kinds: {string.Join(", ", FaultText.Kinds.Keys)}.",
            HelpName = "fault",
        };
        faults.Validators.Add(static result =>
        {
            foreach (string wrong in result.Tokens.Select(static token => token.Value).Where(static text => FaultText.Parse(text) is null))
            {
                result.AddError($"--fault is '{CellText.Printable(wrong)}', but must be like drop@10s, stall@500messages or restart@1m*3, with one of the kinds {string.Join(", ", FaultText.Kinds.Keys)}.");
            }
        });

        Command command = new("simulate", "Simulate the exchange on this machine: the login, both streams, a market with a seed, and faults on a schedule or by key.")
        {
            contracts, port, rate, seed, any, faults,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ImeSimulatorOptions options = new()
            {
                Port = parsed.GetValue(port),
                Rate = parsed.GetValue(rate),
                Seed = parsed.GetValue(seed),
                AcceptAnyContract = parsed.GetValue(any),
                MaxRecords = KeptRecords,
            };
            if (parsed.GetValue(contracts) is { Length: > 0 } names)
            {
                options.Contracts.Clear();
                foreach (string name in names.Distinct())
                {
                    options.Contracts.Add(Find(name));
                }
            }

            foreach (string fault in parsed.GetValue(faults) ?? [])
            {
                options.Faults.Add(FaultText.Parse(fault)!);
            }

            return (int)await Simulation.RunAsync(options, cancellationToken);
        });
        return command;
    }

    private static SimulatorContract Find(string name) =>
        SimulatorContract.BuiltIn.FirstOrDefault(contract => contract.Code == name || contract.Name == name || contract.Id == name)
        ?? new SimulatorContract { Code = name, Id = name };
}
