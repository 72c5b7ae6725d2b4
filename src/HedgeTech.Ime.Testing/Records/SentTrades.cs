namespace HedgeTech.Ime.Testing;

/// <summary>What a connection was sent of one contract without a gap: every message whose <c>trade_count</c> lies in the range, once, in order.</summary>
/// <remarks>One message of the market is one trade, so <c>trade_count</c> numbers them. Messages before the first trade carry 0 and are not in any range.</remarks>
/// <param name="Contract">The contract as the connection asked for it.</param>
/// <param name="First">The <c>trade_count</c> of the first message.</param>
/// <param name="Last">The <c>trade_count</c> of the last message.</param>
public readonly record struct SentTrades(ContractKey Contract, long First, long Last);
