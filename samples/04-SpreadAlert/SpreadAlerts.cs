using HedgeTech.Ime;
using HedgeTech.Ime.Hosting;

namespace SpreadAlert;

/// <summary>Reports once when the spread of a contract becomes wide, normal or unknown.</summary>
/// <param name="above">The percentage of the mid price from which a spread is wide.</param>
internal sealed class SpreadAlerts(decimal above)
{
    private static readonly TimeSpan TooOld = TimeSpan.FromSeconds(30);
    private readonly Dictionary<ContractKey, Condition> _conditions = [];

    private enum Condition
    {
        Normal,
        Wide,
        Unknown,
    }

    /// <summary>Returns one line if the state of the contract has changed; otherwise null.</summary>
    public string? Judge(BoardEntry entry)
    {
        MarketSnapshot snapshot = entry.Snapshot;
        decimal? percent = snapshot is { BestBid: > 0, BestAsk: > 0 } ? snapshot.Spread / snapshot.MidPrice * 100 : null;
        bool isOld = entry.IsInterrupted || entry.Age > TooOld;
        Condition condition = isOld || percent is null ? Condition.Unknown : percent >= above ? Condition.Wide : Condition.Normal;
        Condition before = _conditions.GetValueOrDefault(snapshot.Contract, Condition.Normal);
        _conditions[snapshot.Contract] = condition;
        return condition == before ? null : FormattableString.Invariant($"{snapshot.Timestamp:HH:mm:ss.fff} {snapshot.Contract} ") + condition switch
        {
            Condition.Wide => FormattableString.Invariant($"is wide: {percent:0.000} %, bid {snapshot.BestBid}, ask {snapshot.BestAsk}"),
            Condition.Normal => FormattableString.Invariant($"is normal again: {percent:0.000} %"),
            _ => entry.IsInterrupted ? "is unknown: its connection is down"
                : isOld ? FormattableString.Invariant($"is unknown: no message for {entry.Age.TotalSeconds:0} s")
                : "has no spread: one side of its order book is empty",
        };
    }
}
