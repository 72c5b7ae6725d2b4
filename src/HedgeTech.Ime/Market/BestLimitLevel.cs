namespace HedgeTech.Ime;

/// <summary>One level of the order book: a bid and an ask.</summary>
/// <param name="BidQuantity">Quantity bid for. The service does not document the unit (contracts, for derivatives). Wire: <c>buy_quantity</c>.</param>
/// <param name="BidPrice">Price bid, in Rial. Wire: <c>buy_price</c>.</param>
/// <param name="AskQuantity">Quantity offered. The service does not document the unit (contracts, for derivatives). Wire: <c>sell_quantity</c>.</param>
/// <param name="AskPrice">Price asked, in Rial. Wire: <c>sell_price</c>.</param>
public readonly record struct BestLimitLevel(long BidQuantity, decimal BidPrice, long AskQuantity, decimal AskPrice)
{
    /// <summary>One line: <c>bid 4 × 80800 ask 5 × 81001</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"bid {BidQuantity} × {BidPrice} ask {AskQuantity} × {AskPrice}");
}
