using System.Runtime.CompilerServices;
using HedgeTech.Ime;

namespace Replay;

/// <summary>Passes each event to the chart before the strategy gets it. Works for a recording and for the live market.</summary>
internal sealed class SeenByChart(IMarketDataSource source, ResultChart chart) : IMarketDataSource
{
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default) =>
        ShowAsync(source.StreamEventsAsync(contracts, cancellationToken), default);

    private async IAsyncEnumerable<FeedEvent> ShowAsync(IAsyncEnumerable<FeedEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FeedEvent happened in events.WithCancellation(cancellationToken))
        {
            chart.See(happened);
            yield return happened;
        }
    }
}
