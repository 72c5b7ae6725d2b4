using System.CommandLine;
using System.Globalization;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Recording;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Cli.Recordings;

/// <summary>The arguments of every command that reads a recording, and what they name.</summary>
internal sealed class RecordingArguments
{
    private const int NamedContracts = 5;

    public Argument<string> Folder { get; } = CreateFolder();

    public Argument<string[]> Contracts { get; } = new("contract") { Description = "The contracts, by name, or by id with --id. Default: all of the recording.", Arity = ArgumentArity.ZeroOrMore };

    public Option<bool> ById { get; } = new("--id") { Description = "The contracts are ids." };

    public Option<GivenTime?> From { get; } = new("--from")
    {
        Description = "Where to begin, in Tehran time: 10:30 on the day of the recording, 2025-11-15 10:30 or 1404-08-24 10:30; with an offset from UTC, 2025-11-15T07:00:00Z.",
        HelpName = "time",
        CustomParser = GivenTime.Parse,
    };

    public static Argument<string> CreateFolder() => new("folder") { Description = "The folder of the recording." };

    /// <summary>The folder, if it exists.</summary>
    /// <exception cref="ToolException">It does not.</exception>
    public static string Existing(string folder) =>
        Directory.Exists(folder) ? folder
            : throw new ToolException(ExitCode.Usage, File.Exists(folder) ? $"A recording is a folder, but {folder} is a file." : $"The folder {folder} does not exist.");

    /// <summary>Opens the recording that a command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="to">Where to end; null for the end of the recording.</param>
    /// <param name="options">How to replay it.</param>
    /// <param name="log">Learns of damage.</param>
    /// <exception cref="ToolException">There is no such recording, it lacks a contract, or a time does not fit it.</exception>
    public OpenRecording Open(ParseResult parsed, GivenTime? to, ReplayOptions options, ILoggerFactory log)
    {
        string folder = Existing(parsed.GetValue(Folder)!);
        try
        {
            ReplaySource whole = new(folder);
            ContractSet recorded = whole.Contracts;
            (options.From, options.To) = Range(parsed.GetValue(From), to, whole);
            ContractSet contracts = Chosen(parsed.GetValue(Contracts) ?? [], parsed.GetValue(ById), recorded);
            return new OpenRecording(folder, contracts, options, log, whole.Begin, whole.End);
        }
        catch (FileNotFoundException)
        {
            throw new ToolException(ExitCode.Usage, $"There is no recording in {folder}.");
        }
        catch (InvalidOperationException)
        {
            throw new ToolException(ExitCode.Failure, $"The recording in {folder} is empty.");
        }
    }

    private static (DateTimeOffset? From, DateTimeOffset? To) Range(GivenTime? from, GivenTime? to, ReplaySource recording)
    {
        DateTimeOffset? begin = from?.In(recording.Begin, recording.End, isEnd: false, "--from");
        DateTimeOffset? end = to?.In(recording.Begin, recording.End, isEnd: true, "--to");
        return begin > end ? throw new ToolException(ExitCode.Usage, "--to is before --from.")
            : begin > recording.End ? throw Outside("--from is after", recording)
            : end < recording.Begin ? throw Outside("--to is before", recording)
            : (begin, end);
    }

    private static ToolException Outside(string what, ReplaySource recording) => new(
        ExitCode.Usage,
        string.Create(CultureInfo.InvariantCulture, $"{what} the recording, which runs from {recording.Begin.InTehran():yyyy-MM-dd HH:mm:ss.fff} to {recording.End.InTehran():yyyy-MM-dd HH:mm:ss.fff} Tehran."));

    private static ContractSet Chosen(string[] names, bool areIds, ContractSet recorded)
    {
        if (names.Length == 0)
        {
            return recorded;
        }

        ContractSet chosen = areIds ? ContractSet.ById(names) : ContractSet.ByName(names);
        foreach (ContractKey contract in chosen)
        {
            if (!recorded.Contains(contract))
            {
                string more = recorded.Count > NamedContracts ? $" and {recorded.Count - NamedContracts} more" : "";
                string known = string.Join(", ", recorded.Take(NamedContracts).Select(static one => CellText.Printable(one.ToString())));
                throw new ToolException(
                    ExitCode.Usage,
                    $"The recording has no contract {CellText.Printable(contract.ToString())}.{Suggestion.For(contract.ToString(), recorded.Select(static one => one.ToString()))} It has {known}{more}.");
            }
        }

        return chosen;
    }
}
