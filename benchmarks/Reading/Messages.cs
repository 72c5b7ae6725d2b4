using System.Text;
using System.Text.Json.Nodes;
using HedgeTech.Ime.Shared;

namespace HedgeTech.Ime.Benchmarks.Reading;

/// <summary>Makes the messages of a market in every form. Half of the names are Persian. They are escaped if the form has escapes.</summary>
internal static class Messages
{
    public static IReadOnlyList<string> Forms { get; } = ["documented", "compact", "shuffled", "unknown members"];

    public static byte[][] Of(string form)
    {
        byte[][] messages = MarketCorpus.RecordAsync(MarketCorpus.NamesOf(24), isCompact: form == "compact").GetAwaiter().GetResult();
        Random random = new(1);
        return form switch
        {
            "shuffled" => [.. messages.Select(message => Encoding.UTF8.GetBytes(Shuffled(JsonNode.Parse(message)!, random).ToJsonString()))],
            "unknown members" => [.. messages.Select(static message => Encoding.UTF8.GetBytes(Extended(Encoding.UTF8.GetString(message))))],
            _ => messages,
        };
    }

    private static JsonNode Shuffled(JsonNode node, Random random)
    {
        if (node is not JsonObject members)
        {
            return node.DeepClone();
        }

        KeyValuePair<string, JsonNode?>[] shuffled = [.. members];
        random.Shuffle(shuffled);
        return new JsonObject(shuffled.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Shuffled(member.Value!, random))));
    }

    private static string Extended(string message) => message
        .Replace("{\"", "{\"new\": 12.5, \"", StringComparison.Ordinal)
        .Replace("BestLimit\": {\"new\": 12.5, ", "BestLimit\": {", StringComparison.Ordinal);
}
