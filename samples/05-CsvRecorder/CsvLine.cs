using System.Globalization;
using System.Text;
using HedgeTech.Ime;

namespace CsvRecorder;

/// <summary>One line of a recording, in the format of RFC 4180. The format of numbers and times does not depend on the machine.</summary>
/// <param name="ReceivedAt">The first field.</param>
/// <param name="Kind">The second field: <c>snapshot</c>, or an event of the stream.</param>
/// <param name="Contract">The third field; empty if the line is not about a contract.</param>
/// <param name="Rest">The other fields, as written.</param>
internal readonly record struct CsvLine(string ReceivedAt, string Kind, string Contract, string Rest)
{
    /// <summary>The end of each line.</summary>
    public const string End = "\r\n";

    /// <summary>The names of the columns.</summary>
    public const string Header =
        "received_at,event,contract,timestamp,last_price,open_price,high_price,low_price,closing_price,previous_close,trade_count,total_volume,total_value,"
        + "bid_quantity_1,bid_price_1,ask_quantity_1,ask_price_1,bid_quantity_2,bid_price_2,ask_quantity_2,ask_price_2,bid_quantity_3,bid_price_3,ask_quantity_3,ask_price_3,"
        + "min_allowed_price,max_allowed_price,open_interest,open_interest_change,note";

    private const string Snapshot = "snapshot";
    private static readonly string NoValues = new(',', Header.Count(static sign => sign == ',') - 3);

    /// <summary>Whether the line is the state of a contract instead of an event.</summary>
    public bool IsState => Kind == Snapshot;

    /// <summary>The complete line, without its end.</summary>
    public string Text => $"{ReceivedAt},{Kind},{Quoted(Contract)},{Rest}";

    /// <summary>The lines of an event: one, or one for each contract that an outage affects.</summary>
    public static IEnumerable<CsvLine> Of(FeedEvent happened) => happened switch
    {
        MarketSnapshot snapshot => [OfSnapshot(snapshot)],
        FeedConnected connected => OfMarks(connected, "connected", connected.Contracts, ""),
        FeedInterrupted interrupted => OfMarks(interrupted, "interrupted", interrupted.Contracts, $"{interrupted.Reason}: {interrupted.Description}"),
        FeedResumed resumed => OfMarks(resumed, "resumed", resumed.Contracts, FormattableString.Invariant($"gap of {resumed.Gap.TotalSeconds:0.000} s")),
        FeedSilent silent => OfMarks(silent, "silent", silent.Contracts, FormattableString.Invariant($"for {silent.Silence.TotalSeconds:0.000} s")),
        SnapshotsDropped dropped => [OfMark(happened.ReceivedAt, "dropped", FormattableString.Invariant($"{dropped.Count} snapshots"))],
        FrameRejected rejected => [OfMark(happened.ReceivedAt, "rejected", rejected.Reason)],
        _ => [],
    };

    /// <summary>A line that is not about a contract.</summary>
    public static CsvLine OfMark(DateTimeOffset at, string kind, string note, string contract = "") =>
        new(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture), kind, OneLine(contract), $"{NoValues}{Quoted(OneLine(note))}");

    /// <summary>Reads a complete line, as written.</summary>
    public static CsvLine Parse(string text)
    {
        int first = text.IndexOf(',');
        int second = first < 0 ? -1 : text.IndexOf(',', first + 1);
        if (second < 0)
        {
            return new CsvLine("", "", "", "");
        }

        StringBuilder contract = new();
        bool isQuoted = false;
        int at = second + 1;
        for (; at < text.Length && (isQuoted || text[at] != ','); at++)
        {
            if (text[at] != '"')
            {
                contract.Append(text[at]);
            }
            else if (isQuoted && at + 1 < text.Length && text[at + 1] == '"')
            {
                contract.Append(text[++at]);
            }
            else
            {
                isQuoted = !isQuoted;
            }
        }

        return new CsvLine(text[..first], text[(first + 1)..second], contract.ToString(), at < text.Length ? text[(at + 1)..] : "");
    }

    private static IEnumerable<CsvLine> OfMarks(FeedEvent happened, string kind, ContractSet contracts, string note) =>
        contracts.Select(contract => OfMark(happened.ReceivedAt, kind, note, contract.Value));

    private static CsvLine OfSnapshot(MarketSnapshot snapshot)
    {
        Aggregate day = snapshot.Aggregate;
        string[] values =
        [
            Value(snapshot.Timestamp, SnapshotFields.Timestamp, "yyyy-MM-dd'T'HH:mm:ss.ffffffzzz"),
            Value(day.LastPrice, SnapshotFields.LastPrice),
            Value(day.OpenPrice, SnapshotFields.OpenPrice),
            Value(day.HighPrice, SnapshotFields.HighPrice),
            Value(day.LowPrice, SnapshotFields.LowPrice),
            Value(day.ClosingPrice, SnapshotFields.ClosingPrice),
            Value(day.PreviousClose, SnapshotFields.PreviousClose),
            Value(day.TradeCount, SnapshotFields.TradeCount),
            Value(day.TotalVolume, SnapshotFields.TotalVolume),
            Value(day.TotalValue, SnapshotFields.TotalValue),
            .. Level(snapshot.BestLimit.Level1, SnapshotFields.BidQuantity1, SnapshotFields.BidPrice1, SnapshotFields.AskQuantity1, SnapshotFields.AskPrice1),
            .. Level(snapshot.BestLimit.Level2, SnapshotFields.BidQuantity2, SnapshotFields.BidPrice2, SnapshotFields.AskQuantity2, SnapshotFields.AskPrice2),
            .. Level(snapshot.BestLimit.Level3, SnapshotFields.BidQuantity3, SnapshotFields.BidPrice3, SnapshotFields.AskQuantity3, SnapshotFields.AskPrice3),
            Value(snapshot.AllowedPriceRange.Minimum, SnapshotFields.MinAllowedPrice),
            Value(snapshot.AllowedPriceRange.Maximum, SnapshotFields.MaxAllowedPrice),
            Value(snapshot.ContractInfo.OpenInterest, SnapshotFields.OpenInterest),
            Value(snapshot.ContractInfo.OpenInterestChange, SnapshotFields.OpenInterestChange),
            "",
        ];
        return OfMark(snapshot.ReceivedAt, Snapshot, "", snapshot.Contract.Value) with { Rest = string.Join(',', values) };

        // A value that could not be read is empty, not 0.
        string Value(IFormattable value, SnapshotFields field, string? format = null) =>
            (snapshot.Unavailable & field) != 0 ? "" : value.ToString(format, CultureInfo.InvariantCulture);

        string[] Level(BestLimitLevel level, SnapshotFields bidQuantity, SnapshotFields bidPrice, SnapshotFields askQuantity, SnapshotFields askPrice) =>
            [Value(level.BidQuantity, bidQuantity), Value(level.BidPrice, bidPrice), Value(level.AskQuantity, askQuantity), Value(level.AskPrice, askPrice)];
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // RFC 4180 allows a line break within quotes, but then an incomplete line would look like a complete one.
    private static string OneLine(string text) => text.AsSpan().IndexOfAny("\r\n") < 0 ? text : text.ReplaceLineEndings(" ");
}
