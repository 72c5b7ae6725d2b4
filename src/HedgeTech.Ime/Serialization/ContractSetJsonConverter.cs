using System.Text.Json;
using System.Text.Json.Serialization;
using HedgeTech.Ime.Serialization;

namespace HedgeTech.Ime;

/// <summary>Reads and writes a set of contracts with <c>System.Text.Json</c>, as an array in the order of the set. The type names it itself, so there is nothing to register.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ContractSetJsonConverter : JsonConverter<ContractSet>
{
    /// <summary>Reads a set of contracts.</summary>
    /// <param name="reader">Stands on the first token of the array.</param>
    /// <param name="typeToConvert">The declared type.</param>
    /// <param name="options">Not used.</param>
    /// <exception cref="JsonException">It is not a set of contracts, or there is none in it.</exception>
    public override ContractSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement json = JsonElement.ParseValue(ref reader);
        return EventJson.Checked("a set of contracts", () => ContractJson.ReadSet(json));
    }

    /// <summary>Writes a set of contracts.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The set.</param>
    /// <param name="options">Not used.</param>
    public override void Write(Utf8JsonWriter writer, ContractSet value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        ContractJson.Write(writer, value);
    }
}
