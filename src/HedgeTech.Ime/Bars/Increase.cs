namespace HedgeTech.Ime.Bars;

/// <summary>What was traded between two snapshots of a contract, and the prices that are known of it.</summary>
internal readonly record struct Increase
{
    public IncreaseKind Kind { get; init; }

    public long Trades { get; init; }

    public long Volume { get; init; }

    /// <summary>The value traded since the last snapshot that had one.</summary>
    public long Value { get; init; }

    /// <summary>The volume that <see cref="Value"/> is the value of. It is more than <see cref="Volume"/> where a snapshot before lacked the value.</summary>
    public long PricedVolume { get; init; }

    public decimal First { get; init; }

    public decimal Last { get; init; }

    public decimal High { get; init; }

    public decimal Low { get; init; }

    public static Increase Nothing(decimal price) => new() { Kind = IncreaseKind.None, First = price, Last = price, High = price, Low = price };
}
