using System.Text.Json;
using System.Text.Json.Serialization;
using HedgeTech.Ime.Serialization;

namespace HedgeTech.Ime;

/// <summary>Reads and writes a contract with <c>System.Text.Json</c>: <c>{"name":"SAFAB03"}</c> or <c>{"id":"276"}</c>. The type has this converter as an attribute, so you need not register it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ContractKeyJsonConverter : JsonConverter<ContractKey>
{
    /// <summary>Reads a contract.</summary>
    /// <param name="reader">The reader, at the first token of the contract.</param>
    /// <param name="typeToConvert">The declared type.</param>
    /// <param name="options">Not used.</param>
    /// <exception cref="JsonException">The JSON is not a contract.</exception>
    public override ContractKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement json = JsonElement.ParseValue(ref reader);
        return EventJson.Checked("a contract", () => ContractJson.ReadKey(json));
    }

    /// <summary>Writes a contract.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The contract.</param>
    /// <param name="options">Not used.</param>
    public override void Write(Utf8JsonWriter writer, ContractKey value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ContractJson.Write(writer, value);
    }
}
