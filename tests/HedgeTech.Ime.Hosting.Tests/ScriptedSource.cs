using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace HedgeTech.Ime.Hosting.Tests;

/// <summary>A source with events from the test.</summary>
internal sealed class ScriptedSource : IMarketDataSource
{
    private readonly Channel<FeedEvent> _events = Channel.CreateUnbounded<FeedEvent>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });

    /// <summary>The contracts that the caller requested.</summary>
    public ContractSet? Asked { get; private set; }

    /// <summary>Delivers an event. If the board is waiting, it has processed the event when this method returns.</summary>
    public void Say(FeedEvent happened) => _events.Writer.TryWrite(happened).Should().BeTrue();

    public void Say(string contract, decimal lastPrice, DateTimeOffset receivedAt = default) => Say(Snapshot(contract, lastPrice, receivedAt));

    public void End(Exception? failure = null) => _events.Writer.Complete(failure);

    public static MarketSnapshot Snapshot(string contract, decimal lastPrice, DateTimeOffset receivedAt = default) =>
        new() { Contract = ContractKey.Name(contract), Aggregate = new Aggregate { LastPrice = lastPrice }, ReceivedAt = receivedAt };

    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        Asked = contracts;
        return ReadAsync(cancellationToken);
    }

    private async IAsyncEnumerable<FeedEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FeedEvent happened in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return happened;
        }
    }
}
