using System.CommandLine;
using HedgeTech.Ime.Cli.Arguments;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Cli.Export;

/// <summary><c>ime export</c>: a recording as a file that other programs read.</summary>
internal static class ExportCommand
{
    private static readonly string[] Extensions = [".parquet", ".csv", ".xlsx"];

    public static Command Create()
    {
        RecordingArguments recording = new();
        Option<string[]> to = new("--to")
        {
            Description = "The file to write: FILE.parquet, FILE.csv or FILE.xlsx. Repeat the option with a time to end the export there, as in ime replay.",
            HelpName = "file|time",
            Required = true,
        };
        Option<TimeSpan?> bars = new("--bars") { Description = "Export bars of this length instead of snapshots: a whole part of a day, such as 1s, 1m, 15m or 1h.", HelpName = "time", CustomParser = static argument => Values.BarLength(argument) };
        Option<bool> decimals = new("--decimal") { Description = "Write prices to Parquet as decimals instead of doubles." };
        Command command = new("export", "Export a recording to Parquet, CSV or Excel: a row for each snapshot, or bars.") { recording.Folder, recording.Contracts, recording.ById, to, bars, decimals, recording.From };
        command.Validators.Add(parsed =>
        {
            if (Mistake(parsed.GetValue(to) ?? []) is { } mistake)
            {
                parsed.AddError(mistake);
            }
            else if (parsed.GetValue(decimals) && !parsed.GetValue(to)!.Any(static value => value.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)))
            {
                parsed.AddError("--decimal is for a Parquet file. A CSV file has all digits of each price, and an Excel file 15.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] given = parsed.GetValue(to)!;
            string file = given.Single(IsFile);
            GivenTime? end = given.Select(GivenTime.TryParse).FirstOrDefault(static time => time is not null);
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } place && !Directory.Exists(place))
            {
                throw new ToolException(ExitCode.Usage, $"The folder {place} does not exist.");
            }

            LiveLine line = new();
            OpenRecording open = recording.Open(parsed, end, new ReplayOptions(), new WarningLines(line.Above));
            ExportOptions options = new()
            {
                Contracts = open.Contracts,
                From = open.Options.From,
                To = open.Options.To,
                Bars = parsed.GetValue(bars),
                Decimals = parsed.GetValue(decimals),
            };
            ExportReport report;
            try
            {
                report = await ExportAsync(open, file, options, line, cancellationToken);
            }
            catch (OverflowException tooLarge) when (options.Decimals)
            {
                throw new ToolException(ExitCode.Failure, $"{tooLarge.Message} Leave out --decimal to export doubles.", tooLarge);
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                throw new ToolException(ExitCode.Failure, failure.Message, failure);
            }
            finally
            {
                line.Clear();
            }

            await Console.Out.WriteLineAsync(Summary(report));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static bool IsFile(string value) => Extensions.Contains(Path.GetExtension(value), StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with the values of --to; null if nothing is. The parser itself asks for one if there is none.</summary>
    private static string? Mistake(string[] given)
    {
        if (given.FirstOrDefault(static value => !IsFile(value) && GivenTime.TryParse(value) is null) is { } wrong)
        {
            return Path.HasExtension(wrong) ? $"--to is '{CellText.Printable(wrong)}', but a file must end in .parquet, .csv or .xlsx."
                : given.Any(IsFile) ? GivenTime.Wrong("--to", wrong)
                : $"--to is '{CellText.Printable(wrong)}', but must be a file that ends in .parquet, .csv or .xlsx. In addition to the file, --to may be given with a time.";
        }

        return given.Length > 0 && given.Count(IsFile) != 1 ? "--to must name one file that ends in .parquet, .csv or .xlsx."
            : given.Length > 2 ? "Give --to one time at most."
            : null;
    }

    private static Task<ExportReport> ExportAsync(OpenRecording open, string file, ExportOptions options, LiveLine line, CancellationToken cancellationToken)
    {
        Progress progress = new(report => line.Show($" exporting   {Quantities.Count(report.Rows, "row")}   {open.ShareAt(report.To):0 %}"));
        return Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".parquet" => RecordingExport.ToParquetAsync(open.Folder, file, options, progress, open.Log, cancellationToken),
            ".csv" => RecordingExport.ToCsvAsync(open.Folder, file, options, progress, open.Log, cancellationToken),
            _ => RecordingExport.ToXlsxAsync(open.Folder, file, options, progress, open.Log, cancellationToken),
        };
    }

    private static string Summary(ExportReport report) =>
        $"{Quantities.Count(report.Rows, "row")} from {report.From.InTehran():yyyy-MM-dd HH:mm:ss} to {report.To.InTehran():yyyy-MM-dd HH:mm:ss} Tehran in {CellText.Printable(report.File)}, {Quantities.Bytes(new FileInfo(report.File).Length)}."
        + (report.Lost > 0 ? $" The recording lacks {Quantities.Count(report.Lost, "snapshot")}." : "");

    /// <summary>Passes reports on at once, on the thread that makes them.</summary>
    private sealed class Progress(Action<ExportReport> show) : IProgress<ExportReport>
    {
        public void Report(ExportReport value) => show(value);
    }
}
