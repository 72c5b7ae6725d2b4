namespace StrategyTests;

/// <summary>Sends orders to the exchange: here one order at a time.</summary>
public interface IOrders
{
    /// <summary>Places the order, or changes its price.</summary>
    void Place(decimal price);

    /// <summary>Withdraws the order.</summary>
    void Withdraw();
}
