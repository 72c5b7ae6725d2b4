using System.Threading.Channels;

namespace StrategyTests;

/// <summary>Records orders instead of sending them. The test reads the actions of the strategy in order. Null means a withdrawal.</summary>
internal sealed class OrderBook : IOrders
{
    private readonly Channel<decimal?> _done = Channel.CreateUnbounded<decimal?>();

    public void Place(decimal price) => _done.Writer.TryWrite(price);

    public void Withdraw() => _done.Writer.TryWrite(null);

    /// <summary>The next action of the strategy.</summary>
    public ValueTask<decimal?> NextAsync(CancellationToken cancellationToken) => _done.Reader.ReadAsync(cancellationToken);

    /// <summary>Whether there is an action that the test has not read.</summary>
    public bool HasMore => _done.Reader.TryPeek(out _);
}
