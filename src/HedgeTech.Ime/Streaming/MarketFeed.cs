using System.Diagnostics;
using HedgeTech.Ime.Streaming.Session;

namespace HedgeTech.Ime;

/// <summary>A stream of market data with a handle: state, statistics, events. Connects when its enumeration begins, or by <see cref="ConnectAsync"/>; is enumerated once.</summary>
/// <remarks>
/// Thread-safe, but for the enumerator, which one consumer uses. The enumeration ends by the caller's token with
/// <see cref="OperationCanceledException"/>, by disposal of the feed or its client normally, or by an exception: <see cref="ImeAuthenticationException"/>,
/// <see cref="ImeSubscriptionRefusedException"/> or <see cref="ImeConnectionException"/>. It never ends in another way.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class MarketFeed : IAsyncEnumerable<MarketSnapshot>, IAsyncDisposable
{
    private readonly FeedSession _session;

    internal MarketFeed(FeedSession session) => _session = session;

    /// <summary>What it streams; changed by <see cref="UpdateAsync"/>.</summary>
    public ContractSet Contracts => _session.Contracts;

    /// <summary>Where it stands.</summary>
    public FeedState State => _session.State;

    /// <summary>What it has counted, as one consistent value.</summary>
    public FeedStatistics Statistics => _session.Statistics;

    /// <summary>One line: where it stands, what it streams, and what it has counted.</summary>
    public override string ToString() => $"{State}, {Contracts}: {Statistics}";

    /// <summary>Begins the stream, snapshots only; outages and drops then show in the log.</summary>
    /// <exception cref="InvalidOperationException">The feed is or was enumerated already, by this or by <see cref="ReadEventsAsync"/>.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client is disposed.</exception>
    public IAsyncEnumerator<MarketSnapshot> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _session.Enumerate<MarketSnapshot>(cancellationToken, default);

    /// <summary>The stream with its events, in exact order between the snapshots.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events; the stream begins with their enumeration, which like the feed's own is possible once.</returns>
    public IAsyncEnumerable<FeedEvent> ReadEventsAsync(CancellationToken cancellationToken = default) =>
        new FeedEnumerable<FeedEvent>(() => _session, cancellationToken);

    /// <summary>
    /// Connects before the enumeration begins, and fails where that would try again: for a program that is to stop if the service cannot be reached when
    /// it starts. Optional; once, and before the enumeration.
    /// </summary>
    /// <param name="cancellationToken">Gives up, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Done when the service has accepted a connection for every part of the contracts. What comes from then on waits for the enumeration.</returns>
    /// <remarks>When it throws, the feed has ended. Once it is done, the feed reconnects by itself like any other.</remarks>
    /// <exception cref="ImeAuthenticationException">No token could be had.</exception>
    /// <exception cref="ImeSubscriptionRefusedException">The service refuses the contracts.</exception>
    /// <exception cref="ImeConnectionException">The service could not be reached.</exception>
    /// <exception cref="InvalidOperationException">The feed connects already, or is or was enumerated.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client is disposed, before or meanwhile.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _session.ConnectAsync(cancellationToken);

    /// <summary>
    /// Changes what is streamed, without a gap: contracts are added and removed while the stream runs, and those that stay lose and repeat nothing.
    /// Only connections whose contracts change are replaced, by overlap. Done when the new connections carry and the old ones are gone.
    /// </summary>
    /// <param name="contracts">All that is to be streamed from then on.</param>
    /// <param name="cancellationToken">Gives the change up, with an <see cref="OperationCanceledException"/>; what was streamed before stays.</param>
    /// <remarks>
    /// One change at a time: a second call waits for the first. While the service cannot be reached it goes on trying, as the stream does. Before the
    /// stream has begun, only <see cref="Contracts"/> changes.
    /// It may be awaited in the loop that reads the feed. With <see cref="FeedOverflow.Wait"/> the connections do not wait for the loop while the new
    /// ones take over, some seconds at most, so that more than <see cref="FeedOptions.Capacity"/> snapshots may wait afterwards.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ImeSubscriptionRefusedException">The service refuses the new set; what was streamed before stays.</exception>
    /// <exception cref="ImeAuthenticationException">No token could be had for the new connections; what was streamed before stays.</exception>
    /// <exception cref="ImeConnectionException"><see cref="ReconnectOptions.MaxAttempts"/> is set and exhausted; what was streamed before stays.</exception>
    /// <exception cref="InvalidOperationException">The stream has ended, before or meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client is disposed, before or meanwhile.</exception>
    public async Task UpdateAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        await _session.UpdateAsync(contracts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the stream and waits until nothing of it is left: no socket, timer or task. That takes two seconds at most.</summary>
    /// <remarks>
    /// Leaving the loop ends the stream too, without this wait. A log callback must not block on it: the stream waits for the callback to return.
    /// </remarks>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
