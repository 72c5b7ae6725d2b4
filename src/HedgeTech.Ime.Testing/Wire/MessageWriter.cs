using System.Text;
using HedgeTech.Ime.Testing.Market;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>
/// Writes a message by hand into a reused buffer: <c>{"channel":…,"contractName":"…","timestamp":"</c> (made once per spelling of a contract),
/// the timestamp, and the rest, which all spellings of the contract share. Not thread-safe.
/// </summary>
internal sealed class MessageWriter(JsonDialect dialect)
{
    private static readonly string[] CompactPieces =
    [
        "\",\"data\":{\"BestLimit\":{",
        "\"1\":{\"buy_quantity\":",
        ",\"2\":{\"buy_quantity\":",
        ",\"3\":{\"buy_quantity\":",
        ",\"buy_price\":",
        ",\"sell_quantity\":",
        ",\"sell_price\":",
        "},\"Aggregate\":{\"date\":\"",
        "\",\"time\":\"",
        "\",\"trade_count\":",
        ",\"total_volume\":",
        ",\"total_value\":",
        ",\"closing_price\":",
        ",\"last_price\":",
        ",\"low_price\":",
        ",\"high_price\":",
        ",\"open_price\":",
        ",\"previous_close\":",
        "},\"AllowedPriceRange\":{\"minAllowedPrice\":",
        ",\"maxAllowedPrice\":",
        "},\"ContractInfo\":{\"open_interest\":",
        ",\"open_interest_changes\":",
        "}}}",
    ];

    // The longest message without its head has about 1,100 bytes, with every number at its longest.
    private readonly Utf8Line _stamp = new(32);
    private readonly Utf8Line _rest = new(2048);
    private readonly byte[][] _pieces = [.. CompactPieces.Select(piece => Encoding.UTF8.GetBytes(Spaced(piece, dialect)))];

    /// <summary>The text between the quotes of the timestamp.</summary>
    public ReadOnlySpan<byte> Stamp => _stamp.Written;

    /// <summary>The text from the closing quote of the timestamp to the end.</summary>
    public ReadOnlySpan<byte> Rest => _rest.Written;

    /// <summary>Returns the text from the start to the opening quote of the timestamp.</summary>
    public static byte[] Head(string member, string identifier, JsonDialect dialect) =>
        Encoding.UTF8.GetBytes(string.Concat(
            Spaced("{\"channel\":\"IME Stream\",", dialect),
            JsonText.Quote(member, dialect),
            Spaced(":", dialect),
            JsonText.Quote(identifier, dialect),
            Spaced(",\"timestamp\":\"", dialect)));

    public void Write(Walk walk, DateTime at)
    {
        _stamp.Clear();
        WriteDate(_stamp, at);
        _stamp.Put((byte)'T');
        WriteTime(_stamp, at);
        int microseconds = (int)(at.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        if (microseconds != 0)
        {
            // Python's isoformat omits a fraction of zero and writes six digits otherwise.
            _stamp.Put((byte)'.');
            _stamp.PutPadded(microseconds, 6);
        }

        _rest.Clear();
        int piece = 0;
        Next(ref piece);
        WriteBook(walk);
        piece = 7;
        WriteAggregate(walk, ref piece);
        PutPrice(walk.MinAllowed, ref piece);
        PutPrice(walk.MaxAllowed, ref piece);
        Put(walk.OpenInterest, ref piece);
        Put(walk.OpenInterestChange, ref piece);
        Next(ref piece);
    }

    private static string Spaced(string piece, JsonDialect dialect) =>
        dialect == JsonDialect.Python ? piece.Replace(",", ", ", StringComparison.Ordinal).Replace(":", ": ", StringComparison.Ordinal) : piece;

    private static void WriteDate(Utf8Line line, DateTime at)
    {
        line.PutPadded(at.Year, 4);
        line.Put((byte)'-');
        line.PutPadded(at.Month, 2);
        line.Put((byte)'-');
        line.PutPadded(at.Day, 2);
    }

    private static void WriteTime(Utf8Line line, DateTime at)
    {
        line.PutPadded(at.Hour, 2);
        line.Put((byte)':');
        line.PutPadded(at.Minute, 2);
        line.Put((byte)':');
        line.PutPadded(at.Second, 2);
    }

    private void WriteBook(Walk walk)
    {
        for (int level = 0; level < 3; level++)
        {
            BookLevel book = walk.Levels[level];
            int piece = 1 + level;
            Put(book.BidQuantity, ref piece);
            piece = 4;
            Put(book.BidPrice, ref piece);
            Put(book.AskQuantity, ref piece);
            Put(book.AskPrice, ref piece);
            _rest.Put((byte)'}');
        }
    }

    private void WriteAggregate(Walk walk, ref int piece)
    {
        bool traded = walk.TradeCount > 0;
        Next(ref piece);
        if (traded)
        {
            WriteDate(_rest, walk.LastTradeAt);
        }

        Next(ref piece);
        if (traded)
        {
            WriteTime(_rest, walk.LastTradeAt);
        }

        Put(walk.TradeCount, ref piece);
        Put(walk.Volume, ref piece);
        Put(walk.Value, ref piece);
        Next(ref piece);
        _rest.PutTenThousandths(walk.ClosingPriceTenThousandths);
        PutPrice(walk.Last, ref piece);
        PutPrice(walk.Low, ref piece);
        PutPrice(walk.High, ref piece);
        PutPrice(walk.Open, ref piece);
        PutPrice(walk.PreviousClose, ref piece);
    }

    private void Next(ref int piece) => _rest.Put(_pieces[piece++]);

    private void Put(long value, ref int piece)
    {
        Next(ref piece);
        _rest.Put(value);
    }

    /// <summary>Writes a price as Python writes a float: <c>792700.0</c>.</summary>
    private void PutPrice(long value, ref int piece)
    {
        Next(ref piece);
        _rest.Put(value);
        _rest.Put(".0"u8);
    }
}
