namespace StrategyTests;

/// <summary>Sends orders to the exchange, in this example one at a time.</summary>
public interface IOrders
{
    /// <summary>Places the order, or changes its price.</summary>
    void Place(decimal price);

    /// <summary>Withdraws the order.</summary>
    void Withdraw();
}
