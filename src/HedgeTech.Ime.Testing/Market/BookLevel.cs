namespace HedgeTech.Ime.Testing.Market;

/// <summary>One level of the simulated book; prices in Rial.</summary>
internal readonly record struct BookLevel(long BidQuantity, long BidPrice, long AskQuantity, long AskPrice);
