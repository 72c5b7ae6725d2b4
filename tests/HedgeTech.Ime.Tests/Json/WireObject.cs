using System.Text;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>A JSON object to send. It can contain text that a JSON library does not write, such as duplicate members, a bare NaN, and any spelling.</summary>
internal sealed class WireObject
{
    // A value is a WireObject or raw JSON. A name is the raw text between its quotes.
    private readonly List<(string Name, object Value)> _members = [];

    internal int Count => _members.Count;

    internal IEnumerable<WireObject> Objects => _members.Select(static member => member.Value).OfType<WireObject>();

    internal WireObject this[string name] => (WireObject)_members.Single(member => member.Name == name).Value;

    /// <summary>A message with every documented member, each value different from the others.</summary>
    internal static WireObject Complete() => new WireObject()
        .Add("channel", "\"IME Stream\"")
        .Add("contractName", "\"SAFAB03\"")
        .Add("timestamp", "\"2025-11-14T12:00:00.000000\"")
        .Add("data", new WireObject()
            .Add("BestLimit", new WireObject()
                .Add("1", Level(11, 1100, 12, 1200))
                .Add("2", Level(21, 1090, 22, 1210))
                .Add("3", Level(31, 1080, 32, 1220)))
            .Add("Aggregate", new WireObject()
                .Add("date", "\"2025-11-14\"")
                .Add("time", "\"11:59:58\"")
                .Add("trade_count", "41")
                .Add("total_volume", "42")
                .Add("total_value", "43")
                .Add("closing_price", "44.5")
                .Add("last_price", "45.5")
                .Add("low_price", "46.5")
                .Add("high_price", "47.5")
                .Add("open_price", "48.5")
                .Add("previous_close", "49.5"))
            .Add("AllowedPriceRange", new WireObject()
                .Add("minAllowedPrice", "51.5")
                .Add("maxAllowedPrice", "52.5"))
            .Add("ContractInfo", new WireObject()
                .Add("open_interest", "61")
                .Add("open_interest_changes", "-62")));

    internal static WireObject Level(int bidQuantity, int bidPrice, int askQuantity, int askPrice) => new WireObject()
        .Add("buy_quantity", $"{bidQuantity}")
        .Add("buy_price", $"{bidPrice}")
        .Add("sell_quantity", $"{askQuantity}")
        .Add("sell_price", $"{askPrice}");

    internal WireObject Add(string name, object value) => Insert(_members.Count, name, value);

    internal WireObject Insert(int index, string name, object value)
    {
        _members.Insert(index, (name, value));
        return this;
    }

    /// <summary>Changes the value of the member at a path, such as <c>data.Aggregate.date</c>.</summary>
    internal WireObject Set(string path, object value)
    {
        (WireObject parent, int index) = Find(path);
        parent._members[index] = (parent._members[index].Name, value);
        return this;
    }

    internal WireObject Rename(string path, string name)
    {
        (WireObject parent, int index) = Find(path);
        parent._members[index] = (name, parent._members[index].Value);
        return this;
    }

    internal WireObject Remove(string path)
    {
        (WireObject parent, int index) = Find(path);
        parent._members.RemoveAt(index);
        return this;
    }

    /// <summary>Adds a second member of the same name at the end of the same object.</summary>
    internal WireObject Repeat(string path, object value)
    {
        (WireObject parent, int index) = Find(path);
        parent.Add(parent._members[index].Name, value);
        return this;
    }

    internal void Shuffle(Random random)
    {
        (string Name, object Value)[] members = [.. _members];
        random.Shuffle(members);
        _members.Clear();
        _members.AddRange(members);
        foreach (WireObject inner in Objects)
        {
            inner.Shuffle(random);
        }
    }

    internal byte[] ToUtf8(bool isSpaced = false) => Encoding.UTF8.GetBytes(ToText(isSpaced));

    internal string ToText(bool isSpaced = false)
    {
        string space = isSpaced ? " " : "";
        IEnumerable<string> members = _members.Select(member =>
            $"\"{member.Name}\":{space}{(member.Value is WireObject inner ? inner.ToText(isSpaced) : member.Value)}");
        return "{" + string.Join("," + space, members) + "}";
    }

    internal MarketSnapshot Read() => MarketSnapshotSerializer.Deserialize(ToUtf8());

    internal ImeFormatException ReadError() => MarketSnapshotSerializer.TryDeserialize(ToUtf8(), out _, out ImeFormatException? error)
        ? throw new InvalidOperationException($"This was read: {ToText()}")
        : error;

    private (WireObject Parent, int Index) Find(string path)
    {
        string[] names = path.Split('.');
        WireObject parent = names[..^1].Aggregate(this, static (current, name) => current[name]);
        int index = parent._members.FindIndex(member => member.Name == names[^1]);
        return index < 0 ? throw new ArgumentException($"There is no {path}.", nameof(path)) : (parent, index);
    }
}
