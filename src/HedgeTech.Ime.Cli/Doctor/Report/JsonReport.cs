using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HedgeTech.Ime.Cli.Doctor.Report;

/// <summary>The report as one JSON object.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(DoctorReport report)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteString("startedAt", report.StartedAt.ToUniversalTime());
            json.WriteString("address", report.Address);
            json.WriteStartArray("contracts");
            foreach (ContractKey contract in report.Contracts)
            {
                json.WriteStringValue(contract.Value);
            }

            json.WriteEndArray();
            json.WriteStartArray("steps");
            foreach (StepReport step in report.Steps)
            {
                Write(json, step);
            }

            json.WriteEndArray();
            json.WriteNumber("logins", report.Logins);
            json.WriteString("verdict", report.Verdict);
            json.WriteNumber("exitCode", report.ExitCode);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, StepReport step)
    {
        json.WriteStartObject();
        json.WriteString("step", Name(step.Step.ToString()));
        json.WriteString("state", Name(step.State.ToString()));
        json.WriteNumber("milliseconds", Math.Round(step.Elapsed.TotalMilliseconds, 1));
        json.WriteString("summary", step.Summary);
        json.WriteStartArray("details");
        foreach (string detail in step.Details)
        {
            json.WriteStringValue(detail);
        }

        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (Finding finding in step.Findings)
        {
            json.WriteStartObject();
            json.WriteString("severity", Name(finding.Severity.ToString()));
            json.WriteString("class", Name(finding.Class.ToString()));
            json.WriteNumber("code", (int)finding.Class);
            json.WriteString("what", finding.What);
            json.WriteString("remedy", finding.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Name(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
