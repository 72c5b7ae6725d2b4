using System.Text;

namespace HedgeTech.Ime.Benchmarks.Reading;

/// <summary>One message in the forms it may come in.</summary>
internal static class Messages
{
    public static IReadOnlyList<string> Forms { get; } = ["documented", "compact", "shuffled", "unknown members", "Persian"];

    public static byte[] Of(string form) => Encoding.UTF8.GetBytes(form switch
    {
        "compact" => Compact(Documented("SAFAB03")),
        "shuffled" => Shuffled,
        "unknown members" => Documented("SAFAB03").Replace("{\"", "{\"new\": 12.5, \"", StringComparison.Ordinal).Replace("BestLimit\": {\"new\": 12.5, ", "BestLimit\": {", StringComparison.Ordinal),
        "Persian" => Documented(string.Concat("قرارداد آتی زعفران نگین تحویل آبان ماه 1403".Select(static letter => $"\\u{(int)letter:x4}"))),
        _ => Documented("SAFAB03"),
    });

    private static string Shuffled { get; } = string.Concat(
        "{\"data\": {\"ContractInfo\": {\"open_interest_changes\": -12, \"open_interest\": 19928}, ",
        "\"Aggregate\": {\"previous_close\": 789500.0, \"low_price\": 785000.0, \"date\": \"1405-09-02\", \"total_value\": 97865432100, \"open_price\": 790000.0, ",
        "\"time\": \"12:34:56\", \"closing_price\": 792800.0, \"trade_count\": 4123, \"high_price\": 799900.0, \"total_volume\": 123456, \"last_price\": 792700.0}, ",
        "\"BestLimit\": {\"3\": {\"sell_price\": 793100.0, \"buy_price\": 792500.0, \"sell_quantity\": 8, \"buy_quantity\": 40}, ",
        "\"1\": {\"sell_quantity\": 3, \"buy_quantity\": 12, \"sell_price\": 792900.0, \"buy_price\": 792700.0}, ",
        "\"2\": {\"buy_price\": 792600.0, \"sell_price\": 793000.0, \"buy_quantity\": 5, \"sell_quantity\": 21}}, ",
        "\"AllowedPriceRange\": {\"maxAllowedPrice\": 829000.0, \"minAllowedPrice\": 750000.0}}, ",
        "\"timestamp\": \"2026-11-23T12:34:56.123456\", \"contractName\": \"SAFAB03\", \"channel\": \"IME Stream\"}");

    private static string Documented(string contract) => string.Concat(
        "{\"channel\": \"IME Stream\", \"contractName\": \"", contract, "\", \"timestamp\": \"2026-11-23T12:34:56.123456\", \"data\": {",
        "\"BestLimit\": {\"1\": {\"buy_quantity\": 12, \"buy_price\": 792700.0, \"sell_quantity\": 3, \"sell_price\": 792900.0}, ",
        "\"2\": {\"buy_quantity\": 5, \"buy_price\": 792600.0, \"sell_quantity\": 21, \"sell_price\": 793000.0}, ",
        "\"3\": {\"buy_quantity\": 40, \"buy_price\": 792500.0, \"sell_quantity\": 8, \"sell_price\": 793100.0}}, ",
        "\"Aggregate\": {\"date\": \"1405-09-02\", \"time\": \"12:34:56\", \"trade_count\": 4123, \"total_volume\": 123456, \"total_value\": 97865432100, ",
        "\"closing_price\": 792800.0, \"last_price\": 792700.0, \"low_price\": 785000.0, \"high_price\": 799900.0, \"open_price\": 790000.0, \"previous_close\": 789500.0}, ",
        "\"AllowedPriceRange\": {\"minAllowedPrice\": 750000.0, \"maxAllowedPrice\": 829000.0}, ",
        "\"ContractInfo\": {\"open_interest\": 19928, \"open_interest_changes\": -12}}}");

    private static string Compact(string message) =>
        message.Replace("\": ", "\":", StringComparison.Ordinal).Replace(", \"", ",\"", StringComparison.Ordinal);
}
