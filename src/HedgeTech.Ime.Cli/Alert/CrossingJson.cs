using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Writes a crossing as one JSON object on one line, without reflection.</summary>
internal static class CrossingJson
{
    // Persian letters stay readable. What reads this is not HTML.
    private static readonly CrossingContext Readable = new(new JsonSerializerOptions(CrossingContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Returns the object, UTF-8.</summary>
    public static byte[] Write(Crossing crossing) => JsonSerializer.SerializeToUtf8Bytes(crossing, Readable.Crossing);
}

/// <summary>The generated code.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Crossing))]
internal sealed partial class CrossingContext : JsonSerializerContext;
