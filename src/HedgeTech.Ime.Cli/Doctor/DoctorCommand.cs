using System.CommandLine;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Doctor.Output;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Cli.Settings;
using HedgeTech.Ime.Cli.Terminal;
using Microsoft.Extensions.Configuration;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary><c>ime doctor</c>: finds out step by step why a connection fails, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        ServiceOptions service = new();
        Argument<string[]> contracts = new("contract")
        {
            Description = "The contracts to stream, preferably one that is traded often. Without contracts, the examination ends with the handshake.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> byId = new("--id") { Description = "The contracts are ids." };
        Option<TimeSpan?> streamFor = new("--for")
        {
            Description = "How long to watch the stream: 30s, 5m, 1h. Default: 1m.",
            HelpName = "time",
            CustomParser = static argument => Values.Time(argument),
        };
        Option<bool> summary = new("--summary") { Description = "Print only a summary to paste into a ticket. It contains no secrets." };
        Option<bool> json = new("--json") { Description = "Print only the report, as one JSON object." };
        Command command = new("doctor", "Find out step by step why a connection fails, and what to do.") { contracts, byId, streamFor, summary, json };
        service.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ContractKeyKind kind = parsed.GetValue(byId) ? ContractKeyKind.Id : ContractKeyKind.Name;
            string[] named = parsed.GetValue(contracts) ?? [];
            if (named.Any(string.IsNullOrWhiteSpace))
            {
                throw new ToolException(ExitCode.Usage, "A contract is empty. Name a contract, or none.");
            }

            IConfigurationRoot configuration = await ServiceSettings.ConfigureAsync(parsed, service, cancellationToken);
            ServiceSettings.Read(configuration); // mistakes in the configuration are reported before the examination starts
            DoctorSettings settings = new()
            {
                AddClient = services => ServiceSettings.AddClient(services, configuration),
                Contracts = named.Length == 0 ? null : new ContractSet(named.Select(value => new ContractKey(kind, value))),
                StreamFor = parsed.GetValue(streamFor) ?? TimeSpan.FromMinutes(1),
            };
            using TerminalOutput terminal = new(Consoles.Out, settings.Time);
            IDoctorOutput output = parsed.GetValue(json) ? new FinalOutput(Console.Out, JsonReport.Write)
                : parsed.GetValue(summary) ? new FinalOutput(Console.Out, static report => string.Join(Environment.NewLine, PlainReport.Summary(report)))
                : Console.IsOutputRedirected ? new PlainOutput(Console.Out)
                : terminal;
            DoctorReport report = await Examination.RunAsync(settings, output, cancellationToken);
            if (!report.Faults.Any())
            {
                cancellationToken.ThrowIfCancellationRequested(); // the signal determines the exit code
            }

            return report.ExitCode;
        });
        return command;
    }
}
