using System.Diagnostics;
using HedgeTech.Ime.Streaming.Session;

namespace HedgeTech.Ime;

/// <summary>A stream of market data with a handle: state, statistics, events. It connects when you start to enumerate it or call <see cref="ConnectAsync"/>. You can enumerate it once.</summary>
/// <remarks>
/// Thread-safe, except for the enumerator, which has a single consumer. The enumeration ends normally when the feed or its client is disposed. Otherwise it
/// ends with an exception: <see cref="OperationCanceledException"/> if the caller's token was cancelled, <see cref="ImeAuthenticationException"/>,
/// <see cref="ImeSubscriptionRefusedException"/> or <see cref="ImeConnectionException"/>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class MarketFeed : IAsyncEnumerable<MarketSnapshot>, IAsyncDisposable
{
    private readonly FeedSession _session;

    internal MarketFeed(FeedSession session) => _session = session;

    /// <summary>The contracts that the feed streams. <see cref="UpdateAsync"/> changes them.</summary>
    public ContractSet Contracts => _session.Contracts;

    /// <summary>The state of the feed.</summary>
    public FeedState State => _session.State;

    /// <summary>The counts of the feed, as one consistent value.</summary>
    public FeedStatistics Statistics => _session.Statistics;

    /// <summary>One line: the state, the contracts and the counts.</summary>
    public override string ToString() => $"{State}, {Contracts}: {Statistics}";

    /// <summary>Starts to stream snapshots only. The log still reports outages and dropped snapshots.</summary>
    /// <exception cref="InvalidOperationException">The feed is or was already enumerated, by this method or by <see cref="ReadEventsAsync"/>.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client is disposed.</exception>
    public IAsyncEnumerator<MarketSnapshot> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _session.Enumerate<MarketSnapshot>(cancellationToken, default);

    /// <summary>Streams the snapshots and the events, in the order in which they happened.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events. The feed connects when you start to enumerate them, which is possible once per feed.</returns>
    public IAsyncEnumerable<FeedEvent> ReadEventsAsync(CancellationToken cancellationToken = default) =>
        new FeedEnumerable<FeedEvent>(() => _session, cancellationToken);

    /// <summary>
    /// Connects before the enumeration, and throws where the enumeration would try again. For a program that should stop if it cannot reach the service
    /// when it starts. Optional. Call it at most once, and before the enumeration.
    /// </summary>
    /// <param name="cancellationToken">Cancels the attempt with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A task that completes when the service has accepted every connection of the feed. What arrives after that waits for the enumeration.</returns>
    /// <remarks>If it throws, the feed has ended. After it has completed, the feed reconnects automatically like any other feed.</remarks>
    /// <exception cref="ImeAuthenticationException">The client could not get a token.</exception>
    /// <exception cref="ImeSubscriptionRefusedException">The service refuses the contracts.</exception>
    /// <exception cref="ImeConnectionException">The service could not be reached.</exception>
    /// <exception cref="InvalidOperationException">The feed has already started to connect.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client was disposed, before or during the call.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _session.ConnectAsync(cancellationToken);

    /// <summary>
    /// Changes the contracts without a gap: it adds and removes contracts while the stream runs, and the messages of those that stay are neither lost nor
    /// repeated. Only connections whose contracts change are replaced. Completes when the new connections have taken over and the old ones are closed.
    /// </summary>
    /// <param name="contracts">All contracts to stream after the change.</param>
    /// <param name="cancellationToken">Cancels the change with an <see cref="OperationCanceledException"/>. The feed then keeps its contracts.</param>
    /// <remarks>
    /// Only one change runs at a time: a second call waits for the first. While the service cannot be reached, the call keeps trying, as the stream does.
    /// Before the feed has started to connect, only <see cref="Contracts"/> changes.
    /// You can await it in the loop that reads the feed. With <see cref="FeedOverflow.Wait"/>, the lines do not wait for the loop while the new connections
    /// take over, for a few seconds at most, so more than <see cref="FeedOptions.Capacity"/> snapshots may wait afterwards.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ImeSubscriptionRefusedException">The service refuses the new contracts. The feed keeps its contracts.</exception>
    /// <exception cref="ImeAuthenticationException">The client could not get a token for the new connections. The feed keeps its contracts.</exception>
    /// <exception cref="ImeConnectionException"><see cref="ReconnectOptions.MaxAttempts"/> is set and exhausted. The feed keeps its contracts.</exception>
    /// <exception cref="InvalidOperationException">The stream ended, before or during the call.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client was disposed, before or during the call.</exception>
    public async Task UpdateAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        await _session.UpdateAsync(contracts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the stream and waits until it has released its sockets, timers and tasks, which takes at most two seconds.</summary>
    /// <remarks>
    /// Leaving the loop also ends the stream, but does not wait. Do not block on this method in a log callback: the stream waits for the callback to return.
    /// </remarks>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
