using System.Threading.Channels;

namespace StrategyTests;

/// <summary>Orders that go nowhere: the test reads what the strategy did, in order. Null is a withdrawal.</summary>
internal sealed class OrderBook : IOrders
{
    private readonly Channel<decimal?> _done = Channel.CreateUnbounded<decimal?>();

    public void Place(decimal price) => _done.Writer.TryWrite(price);

    public void Withdraw() => _done.Writer.TryWrite(null);

    /// <summary>The next thing that the strategy does.</summary>
    public ValueTask<decimal?> NextAsync(CancellationToken cancellationToken) => _done.Reader.ReadAsync(cancellationToken);

    /// <summary>Whether it has done something that the test has not read.</summary>
    public bool HasMore => _done.Reader.TryPeek(out _);
}
