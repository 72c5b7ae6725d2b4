using System.Text.Json;

namespace HedgeTech.Ime.Serialization;

/// <summary>Reads and writes contracts as JSON.</summary>
internal static class ContractJson
{
    public static void Write(Utf8JsonWriter writer, ContractKey contract)
    {
        writer.WriteStartObject();
        writer.WriteString(contract.Kind switch
        {
            ContractKeyKind.Name => "name",
            ContractKeyKind.Id => "id",
            _ => throw new JsonException($"A contract of the unknown kind {(int)contract.Kind} cannot be written."),
        }, contract.Value);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ContractSet contracts)
    {
        writer.WriteStartArray();
        foreach (ContractKey contract in contracts)
        {
            Write(writer, contract);
        }

        writer.WriteEndArray();
    }

    public static ContractKey ReadKey(JsonElement json) =>
        json.TryGetProperty("name", out JsonElement name) ? new ContractKey(ContractKeyKind.Name, name.GetString()!)
        : json.TryGetProperty("id", out JsonElement id) ? new ContractKey(ContractKeyKind.Id, id.GetString()!)
        : throw new JsonException("A contract has neither 'name' nor 'id'.");

    public static ContractSet ReadSet(JsonElement json) => new(json.EnumerateArray().Select(ReadKey));
}
