namespace HedgeTech.Ime.Testing;

/// <summary>A range of messages of one contract that were sent on a connection without a gap: every <c>trade_count</c> in the range, once, in order.</summary>
/// <remarks>Each message of the market is one trade, so <c>trade_count</c> numbers the messages. Messages before the first trade have 0 and are not in any range.</remarks>
/// <param name="Contract">The contract as the connection asked for it.</param>
/// <param name="First">The <c>trade_count</c> of the first message.</param>
/// <param name="Last">The <c>trade_count</c> of the last message.</param>
public readonly record struct SentTrades(ContractKey Contract, long First, long Last);
