using System.CommandLine;
using System.Text.Json;
using HedgeTech.Ime.Cli.Recordings;
using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Watch;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Cli.Verify;

/// <summary><c>ime verify</c>: whether a recording is intact.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> folder = RecordingArguments.CreateFolder();
        Option<bool> json = new("--json") { Description = "Print only the result, as one JSON object." };
        Command command = new("verify", "Check a recording byte for byte. The exit code is 1 if something in it is damaged.") { folder, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string given = RecordingArguments.Existing(parsed.GetValue(folder)!);
            RecordingReport report = await Task.Run(() => Verify(given), cancellationToken);
            await Console.Out.WriteLineAsync(parsed.GetValue(json) ? Json(report) : Text(report));
            return (int)(report.Damage.Count == 0 ? ExitCode.Success : ExitCode.Failure);
        });
        return command;
    }

    private static RecordingReport Verify(string folder)
    {
        try
        {
            return RecordingVerifier.Verify(folder);
        }
        catch (FileNotFoundException)
        {
            throw new ToolException(ExitCode.Usage, $"There is no recording in {folder}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Failure, failure.Message, failure);
        }
    }

    private static string Text(RecordingReport report) => string.Join('\n',
    [
        $"{Quantities.Count(report.Segments, "segment")}{(report is { Begin: { } begin, End: { } end } ? $" from {Moment(begin)} to {Moment(end)} Tehran" : "")}",
        $"{Quantities.Count(report.Snapshots, "snapshot")} and {Quantities.Count(report.Events, "event")}, {Numbers.Whole(report.Lost)} lost while recording",
        .. report.Gaps.Select(static gap => $"{(gap.To > gap.From ? $"not recorded from {Moment(gap.From)} to {Moment(gap.To)}" : $"not recorded after {Moment(gap.From)}")}: {CellText.Printable(gap.Reason)}"),
        .. report.Damage.Select(static damage => $"damaged: {CellText.Printable(damage.ToString())}"),
        report.Damage.Count == 0 ? "The recording is intact."
            : $"The recording is damaged in {Quantities.Count(report.Damage.Count, "place")}. {(report.Snapshots + report.Events == 0 ? "No snapshot or event in it can be read." : "The rest of it is intact.")}",
    ]);

    private static string Moment(DateTimeOffset moment) => $"{moment.InTehran():yyyy-MM-dd HH:mm:ss.fff}";

    private static string Json(RecordingReport report)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("intact", report.Damage.Count == 0);
            json.WriteNumber("segments", report.Segments);
            json.WriteNumber("snapshots", report.Snapshots);
            json.WriteNumber("events", report.Events);
            json.WriteNumber("lost", report.Lost);
            Write(json, "begin", report.Begin);
            Write(json, "end", report.End);
            json.WriteStartArray("gaps");
            foreach (RecordingGap gap in report.Gaps)
            {
                json.WriteStartObject();
                Write(json, "from", gap.From);
                Write(json, "to", gap.To == gap.From ? null : gap.To); // the same if nothing was recorded afterwards; before, if the clock was set back
                json.WriteString("reason", gap.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("damage");
            foreach (RecordingDamage damage in report.Damage)
            {
                json.WriteStartObject();
                json.WriteString("file", damage.File);
                json.WriteNumber("offset", damage.Offset);
                json.WriteNumber("length", damage.Length);
                json.WriteString("reason", damage.Reason);
                if (damage.Records is { } records)
                {
                    json.WriteNumber("records", records);
                }
                else
                {
                    json.WriteNull("records");
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } known)
        {
            json.WriteString(name, known.UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
