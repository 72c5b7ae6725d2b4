using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>Writes a snapshot as a message in a random equivalent form. Shares no code with the serializer.</summary>
internal sealed class WireRespelling(Random random)
{
    private static readonly string[] UnknownValues =
    [
        "null", "NaN", "-Infinity", "Infinity", "1e400", "\"\"", "\"\\ud800\"", "\"}{][,:\\\"\\\\\"", "[]", "{}", "[1,[2,{\"data\":{}}]]",
        "{\"BestLimit\":{\"1\":null},\"channel\":\"x\"}", "true", "\"نرخ\"",
    ];

    /// <summary>Whether to keep the documented members in the documented order, and to vary only the values.</summary>
    internal bool KeepsMembers { get; init; }

    internal byte[] Of(MarketSnapshot snapshot)
    {
        Aggregate aggregate = snapshot.Aggregate;
        WireObject book = new();
        for (int level = 1; level <= 3; level++)
        {
            SnapshotFields Field(string side) => Enum.Parse<SnapshotFields>(side + level.ToString(CultureInfo.InvariantCulture));
            BestLimitLevel limit = snapshot.BestLimit[level];
            WireObject fields = new();
            Put(fields, "buy_quantity", snapshot, Field("BidQuantity"), Number(limit.BidQuantity));
            Put(fields, "buy_price", snapshot, Field("BidPrice"), Number(limit.BidPrice));
            Put(fields, "sell_quantity", snapshot, Field("AskQuantity"), Number(limit.AskQuantity));
            Put(fields, "sell_price", snapshot, Field("AskPrice"), Number(limit.AskPrice));
            book.Add(level.ToString(CultureInfo.InvariantCulture), fields);
        }

        WireObject day = new();
        Put(day, "date", snapshot, SnapshotFields.Date, $"\"{Date(aggregate.Date)}\"");
        Put(day, "time", snapshot, SnapshotFields.Time, $"\"{aggregate.Time?.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)}\"");
        Put(day, "trade_count", snapshot, SnapshotFields.TradeCount, Number(aggregate.TradeCount));
        Put(day, "total_volume", snapshot, SnapshotFields.TotalVolume, Number(aggregate.TotalVolume));
        Put(day, "total_value", snapshot, SnapshotFields.TotalValue, Number(aggregate.TotalValue));
        Put(day, "closing_price", snapshot, SnapshotFields.ClosingPrice, Number(aggregate.ClosingPrice));
        Put(day, "last_price", snapshot, SnapshotFields.LastPrice, Number(aggregate.LastPrice));
        Put(day, "low_price", snapshot, SnapshotFields.LowPrice, Number(aggregate.LowPrice));
        Put(day, "high_price", snapshot, SnapshotFields.HighPrice, Number(aggregate.HighPrice));
        Put(day, "open_price", snapshot, SnapshotFields.OpenPrice, Number(aggregate.OpenPrice));
        Put(day, "previous_close", snapshot, SnapshotFields.PreviousClose, Number(aggregate.PreviousClose));

        WireObject range = new();
        Put(range, "minAllowedPrice", snapshot, SnapshotFields.MinAllowedPrice, Number(snapshot.AllowedPriceRange.Minimum));
        Put(range, "maxAllowedPrice", snapshot, SnapshotFields.MaxAllowedPrice, Number(snapshot.AllowedPriceRange.Maximum));

        WireObject info = new();
        Put(info, "open_interest", snapshot, SnapshotFields.OpenInterest, Number(snapshot.ContractInfo.OpenInterest));
        Put(info, "open_interest_changes", snapshot, SnapshotFields.OpenInterestChange, Number(snapshot.ContractInfo.OpenInterestChange));

        WireObject message = new WireObject()
            .Add(Name("channel"), KeepsMembers ? "\"IME Stream\"" : Text("IME Stream"))
            .Add(Name(snapshot.Contract.Kind == ContractKeyKind.Name ? "contractName" : "ContractId"), Text(snapshot.Contract.Value))
            .Add(Name("data"), new WireObject().Add(Name("BestLimit"), book).Add(Name("Aggregate"), day).Add(Name("AllowedPriceRange"), range).Add(Name("ContractInfo"), info));
        Put(message, "timestamp", snapshot, SnapshotFields.Timestamp, $"\"{Timestamp(snapshot.Timestamp)}\"", index: 2);
        if (!KeepsMembers)
        {
            message.Shuffle(random);
            AddUnknown(message);
        }

        return message.ToUtf8(isSpaced: random.Next(2) == 0);
    }

    private void Put(WireObject parent, string name, MarketSnapshot snapshot, SnapshotFields field, string value, int? index = null)
    {
        bool isAvailable = (snapshot.Unavailable & field) == 0;
        if (isAvailable)
        {
            parent.Insert(index ?? parent.Count, Name(name), value);
        }
        else if (KeepsMembers || random.Next(3) != 0)
        {
            parent.Insert(index ?? parent.Count, Name(name), random.Next(7) switch { 0 => "NaN", 1 => "\"no value\"", 2 => "[]", 3 => "{\"a\":1}", 4 => "true", 5 => "-Infinity", _ => "null" });
        }
    }

    private void AddUnknown(WireObject target)
    {
        foreach (WireObject inner in target.Objects)
        {
            AddUnknown(inner);
        }

        for (int count = random.Next(3); count > 0; count--)
        {
            target.Insert(random.Next(target.Count + 1), $"unknown {count}", UnknownValues[random.Next(UnknownValues.Length)]);
        }
    }

    private string Number(long value)
    {
        string number = value.ToString(CultureInfo.InvariantCulture);
        string respelled = random.Next(5) switch
        {
            0 => number + ".0",
            1 => number + "e0",
            2 when value != 0 => number + "000E-3",
            3 when value % 100 == 0 && value != 0 => number[..^2] + "e+2",
            _ => number,
        };
        return MaybeQuoted(respelled);
    }

    // Never writes more digits than a decimal has, because the reader would round them.
    private string Number(decimal value)
    {
        string number = value.ToString(CultureInfo.InvariantCulture);
        return MaybeQuoted(random.Next(4) == 0 ? number + "e-0" : number);
    }

    private string MaybeQuoted(string number) => random.Next(4) == 0 ? $"\"{number}\"" : number;

    private string Date(DateOnly? date)
    {
        if (date is not { } day)
        {
            return "";
        }

        char separator = random.Next(2) == 0 ? '-' : '/';
        PersianCalendar calendar = new();
        DateTime midnight = day.ToDateTime(TimeOnly.MinValue);
        return day.Year >= 1700 && (random.Next(2) == 0 || calendar.GetYear(midnight) >= 1700)
            ? string.Create(CultureInfo.InvariantCulture, $"{day.Year:D4}{separator}{day.Month:D2}{separator}{day.Day:D2}")
            : string.Create(CultureInfo.InvariantCulture, $"{calendar.GetYear(midnight):D4}{separator}{calendar.GetMonth(midnight):D2}{separator}{calendar.GetDayOfMonth(midnight):D2}");
    }

    private string Timestamp(DateTimeOffset timestamp)
    {
        string text = timestamp.ToString(random.Next(2) == 0 ? "yyyy-MM-ddTHH:mm:ss.FFFFFFF" : "yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture);
        string offset = timestamp.ToString("zzz", CultureInfo.InvariantCulture);
        return text + offset switch
        {
            "+00:00" => random.Next(2) == 0 ? "Z" : offset,
            "+03:30" => random.Next(2) == 0 ? "" : offset,
            _ => offset,
        };
    }

    private string Name(string name) => !KeepsMembers && random.Next(4) == 0 ? Escape(name) : name;

    private string Text(string text) => random.Next(2) == 0
        ? $"\"{Escape(text)}\""
        : "\"" + string.Concat(text.Select(static character => character is '"' or '\\' or < ' ' ? Escape($"{character}") : $"{character}")) + "\"";

    private static string Escape(string text) => new StringBuilder().AppendJoin("", text.Select(static character => $"\\u{(int)character:x4}")).ToString();
}
