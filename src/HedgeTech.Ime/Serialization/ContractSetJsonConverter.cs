using System.Text.Json;
using System.Text.Json.Serialization;
using HedgeTech.Ime.Serialization;

namespace HedgeTech.Ime;

/// <summary>Reads and writes a set of contracts with <c>System.Text.Json</c>, as an array in the order of the set. The type has this converter as an attribute, so you need not register it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ContractSetJsonConverter : JsonConverter<ContractSet>
{
    /// <summary>Reads a set of contracts.</summary>
    /// <param name="reader">The reader, at the first token of the array.</param>
    /// <param name="typeToConvert">The declared type.</param>
    /// <param name="options">Not used.</param>
    /// <exception cref="JsonException">The JSON is not a set of contracts, or the set is empty.</exception>
    public override ContractSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement json = JsonElement.ParseValue(ref reader);
        return EventJson.Checked("a set of contracts", () => ContractJson.ReadSet(json));
    }

    /// <summary>Writes a set of contracts.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The set.</param>
    /// <param name="options">Not used.</param>
    public override void Write(Utf8JsonWriter writer, ContractSet value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        ContractJson.Write(writer, value);
    }
}
