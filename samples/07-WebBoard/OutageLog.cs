using System.Runtime.CompilerServices;
using HedgeTech.Ime;

namespace WebBoard;

/// <summary>Passes on the events of a source, and keeps the newest outages, newest first.</summary>
internal sealed class OutageLog(IMarketDataSource source) : IMarketDataSource
{
    private const int Remembered = 50;
    private volatile IReadOnlyList<Outage> _outages = [];

    /// <summary>An immutable list, replaced when an outage starts or ends.</summary>
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

/// <summary>A period in which some contracts may have missed messages.</summary>
/// <param name="Connection">The number of the connection within the feed.</param>
/// <param name="Begin">When the client noticed it.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Contracts">The number of contracts affected.</param>
/// <param name="Seconds">The time from the last message before the outage to the first sign of life after it; null during the outage.</param>
internal sealed record Outage(int Connection, DateTimeOffset Begin, string Reason, int Contracts, double? Seconds);
