namespace HedgeTech.Ime.Testing.Market;

/// <summary>One level of the simulated order book. Prices in Rial.</summary>
internal readonly record struct BookLevel(long BidQuantity, long BidPrice, long AskQuantity, long AskPrice);
