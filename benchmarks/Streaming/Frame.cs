using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>A message of one contract, ready to be sent but for its number and the moment.</summary>
internal sealed class Frame
{
    private const string Moment = "2026-01-01T00:00:00.000000";
    private const string Number = "1000000000";
    private static readonly TimeSpan Tehran = new(3, 30, 0);

    private readonly byte[] _bytes;
    private readonly int _moment;
    private readonly int _number;

    public Frame(string contract, bool isCompact)
    {
        string message = "{\"channel\": \"IME Stream\", \"contractName\": \"" + contract + "\", \"timestamp\": \"" + Moment + "\", \"data\": {"
            + "\"BestLimit\": {\"1\": {\"buy_quantity\": 12, \"buy_price\": 792700.0, \"sell_quantity\": 3, \"sell_price\": 792900.0}, "
            + "\"2\": {\"buy_quantity\": 5, \"buy_price\": 792600.0, \"sell_quantity\": 21, \"sell_price\": 793000.0}, "
            + "\"3\": {\"buy_quantity\": 40, \"buy_price\": 792500.0, \"sell_quantity\": 8, \"sell_price\": 793100.0}}, "
            + "\"Aggregate\": {\"date\": \"1405-09-02\", \"time\": \"12:34:56\", \"trade_count\": " + Number + ", \"total_volume\": 123456, \"total_value\": 97865432100, "
            + "\"closing_price\": 792800.0, \"last_price\": 792700.0, \"low_price\": 785000.0, \"high_price\": 799900.0, \"open_price\": 790000.0, \"previous_close\": 789500.0}, "
            + "\"AllowedPriceRange\": {\"minAllowedPrice\": 750000.0, \"maxAllowedPrice\": 829000.0}, "
            + "\"ContractInfo\": {\"open_interest\": 19928, \"open_interest_changes\": -12}}}";
        if (isCompact)
        {
            message = message.Replace("\": ", "\":", StringComparison.Ordinal).Replace(", \"", ",\"", StringComparison.Ordinal);
        }

        byte[] payload = Encoding.UTF8.GetBytes(message);
        _bytes = new byte[4 + payload.Length];
        _bytes[0] = 0x81;
        _bytes[1] = 126;
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(_bytes, 4);
        _moment = _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Moment));
        _number = _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Number));
    }

    public int Write(Span<byte> target, long number)
    {
        DateTime now = DateTime.UtcNow + Tehran;
        now.TryFormat(_bytes.AsSpan(_moment), out _, "yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        (1_000_000_000 + (number % 1_000_000_000)).TryFormat(_bytes.AsSpan(_number), out _, provider: CultureInfo.InvariantCulture);
        _bytes.CopyTo(target);
        return _bytes.Length;
    }
}
