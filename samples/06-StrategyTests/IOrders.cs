namespace StrategyTests;

/// <summary>The way to the exchange: here for one order at a time.</summary>
public interface IOrders
{
    /// <summary>Places the order, or moves it to another price.</summary>
    void Place(decimal price);

    /// <summary>Takes the order out of the market.</summary>
    void Withdraw();
}
