using System.Runtime.CompilerServices;
using HedgeTech.Ime;

namespace WebBoard;

/// <summary>Passes on what a source yields, and remembers the newest outages, the newest first.</summary>
internal sealed class OutageLog(IMarketDataSource source) : IMarketDataSource
{
    private const int Remembered = 50;
    private volatile IReadOnlyList<Outage> _outages = [];

    /// <summary>A list that does not change; another one once there is something new.</summary>
    public IReadOnlyList<Outage> Outages => _outages;

    public async IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (FeedEvent happened in source.StreamEventsAsync(contracts, cancellationToken))
        {
            if (happened is FeedInterrupted begun)
            {
                _outages = [new Outage(begun.Connection, begun.ReceivedAt, begun.Reason.ToString(), begun.Contracts.Count, null), .. _outages.Take(Remembered - 1)];
            }
            else if (happened is FeedResumed over)
            {
                _outages = [.. _outages.Select(outage => outage.Connection == over.Connection && outage.Seconds is null ? outage with { Seconds = over.Gap.TotalSeconds } : outage)];
            }

            yield return happened;
        }
    }
}

/// <summary>A time in which some contracts may have missed messages.</summary>
/// <param name="Connection">The connection within the feed.</param>
/// <param name="Begin">When it was noticed.</param>
/// <param name="Reason">Why.</param>
/// <param name="Contracts">How many contracts it touched.</param>
/// <param name="Seconds">From the last message before to the first sign of life after; null while it lasts.</param>
internal sealed record Outage(int Connection, DateTimeOffset Begin, string Reason, int Contracts, double? Seconds);
