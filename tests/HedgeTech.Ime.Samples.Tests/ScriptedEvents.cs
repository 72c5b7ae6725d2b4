using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>A stream with events from the test.</summary>
internal sealed class ScriptedEvents : IMarketDataSource
{
    private readonly Channel<FeedEvent> _events = Channel.CreateUnbounded<FeedEvent>();

    public void Say(params FeedEvent[] events) => events.Should().OnlyContain(happened => _events.Writer.TryWrite(happened));

    public void End(Exception? failure = null) => _events.Writer.Complete(failure);

    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default) => ReadAsync(cancellationToken);

    public async IAsyncEnumerable<FeedEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (FeedEvent happened in _events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return happened;
        }
    }
}
