using HedgeTech.Ime.Cli.Alert;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>A market that a test makes up for rules.</summary>
internal static class Market
{
    public static readonly ContractKey Contract = ContractKey.Name("SAFAB03");

    public static readonly DateTimeOffset Start = new(2025, 11, 15, 7, 0, 0, TimeSpan.Zero);

    /// <summary>The rules, read from their text.</summary>
    public static RuleBook Book(params string[] rules) =>
        new([.. rules.Select(static text => RuleParser.TryParse(text, ContractKeyKind.Name, out string problem) ?? throw new ArgumentException(problem, nameof(rules)))]);

    /// <summary>A snapshot with a last price.</summary>
    public static MarketSnapshot At(decimal last) => new() { Contract = Contract, ReceivedAt = Start, Aggregate = new Aggregate { LastPrice = last, PreviousClose = 100 } };

    /// <summary>A snapshot of a busy contract.</summary>
    public static MarketSnapshot Busy() => At(110) with
    {
        BestLimit = new BestLimit(new BestLimitLevel(30, 99, 10, 101), default, default),
        Aggregate = new Aggregate { LastPrice = 110, PreviousClose = 100, OpenPrice = 102, HighPrice = 111, LowPrice = 98, ClosingPrice = 105, TotalVolume = 7, TotalValue = 700, TradeCount = 3 },
        ContractInfo = new ContractInfo(50, -2),
    };

    public static FeedInterrupted Interrupted(params string[] contracts) => new() { ReceivedAt = Start, Connection = 1, Contracts = ContractSet.ByName(contracts), Reason = InterruptionReason.ConnectionLost, Description = "\e[31m" };

    public static FeedResumed Resumed(params string[] contracts) => new() { ReceivedAt = Start, Connection = 1, Contracts = ContractSet.ByName(contracts), Gap = TimeSpan.FromSeconds(12.34) };
}
