using System.Diagnostics;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Streaming.Supervision;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime;

/// <summary>A stream of market data with a handle: state, statistics, events. Connects when its enumeration begins, or by <see cref="ConnectAsync"/>; is enumerated once.</summary>
/// <remarks>
/// Thread-safe, but for the enumerator, which one consumer uses. The enumeration ends by the caller's token with
/// <see cref="OperationCanceledException"/>, by disposal of the feed or its client normally, or by an exception: <see cref="ImeAuthenticationException"/>,
/// <see cref="ImeSubscriptionRefusedException"/> or <see cref="ImeConnectionException"/>. It never ends in another way.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class MarketFeed : IAsyncEnumerable<MarketSnapshot>, IAsyncDisposable
{
    private readonly FeedEnvironment _environment;
    private readonly FeedOptions _options;
    private readonly OpenFeeds _openFeeds;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<LaneRunner, Task> _runners = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FeedSupervisor? _supervisor;
    private IFeedConsumer? _consumer;
    private bool _isStopping;

    internal MarketFeed(ContractSet contracts, FeedOptions options, FeedEnvironment environment, OpenFeeds openFeeds)
    {
        Contracts = contracts;
        _options = options;
        _environment = environment;
        _openFeeds = openFeeds;
    }

    /// <summary>What it streams; changed by <see cref="UpdateAsync"/>.</summary>
    public ContractSet Contracts { get; private set; }

    /// <summary>Where it stands.</summary>
    public FeedState State
    {
        get
        {
            lock (_gate)
            {
                return _isStopping || IsOrphaned ? FeedState.Ended : _supervisor?.State ?? FeedState.Idle;
            }
        }
    }

    /// <summary>What it has counted, as one consistent value.</summary>
    public FeedStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return _supervisor?.Statistics ?? default;
            }
        }
    }

    /// <summary>One line: where it stands, what it streams, and what it has counted.</summary>
    public override string ToString() => $"{State}, {Contracts}: {Statistics}";

    /// <summary>Begins the stream, snapshots only; outages and drops then show in the log.</summary>
    /// <exception cref="InvalidOperationException">The feed is or was enumerated already, by this or by <see cref="ReadEventsAsync"/>.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client is disposed.</exception>
    public IAsyncEnumerator<MarketSnapshot> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Enumerate<MarketSnapshot>(cancellationToken, default);

    /// <summary>The stream with its events, in exact order between the snapshots.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events; the stream begins with their enumeration, which like the feed's own is possible once.</returns>
    public IAsyncEnumerable<FeedEvent> ReadEventsAsync(CancellationToken cancellationToken = default) =>
        new FeedEnumerable<FeedEvent>(() => this, cancellationToken);

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
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task accepted;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping || IsOrphaned, this);
            if (_supervisor is not null)
            {
                throw new InvalidOperationException("This MarketFeed connects already, or is or was enumerated. Call ConnectAsync once, before the enumeration.");
            }

            _supervisor = NewSupervisor(snapshotsOnly: false);
            accepted = _supervisor.AcceptedAtFirst();
        }

        Begin();
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((MarketFeed)state!).End(new FeedEnd(Cancellation: token)), this).ConfigureAwait(false))
        {
            await accepted.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the stream and waits until nothing of it is left: no socket, timer or task. That takes two seconds at most.</summary>
    /// <remarks>
    /// Leaving the loop ends the stream too, without this wait. A log callback must not block on it: the stream waits for the callback to return.
    /// </remarks>
    public async ValueTask DisposeAsync()
    {
        End(new FeedEnd());
        await _stopped.Task.ConfigureAwait(false);
    }

    /// <summary>Whether its client was disposed of before its enumeration began: the client knows only the feeds that have begun.</summary>
    private bool IsOrphaned => _supervisor is null && _openFeeds.IsClosed;

    /// <summary>What the feeds of its client tell the instruments.</summary>
    internal ClientMeter Meter => _environment.Meter;

    /// <summary>Claims the one enumeration.</summary>
    internal FeedEnumerator<TEvent> Enumerate<TEvent>(CancellationToken first, CancellationToken second)
        where TEvent : FeedEvent
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf((_isStopping && _supervisor is null) || IsOrphaned, this);
            if (_consumer is not null)
            {
                throw new InvalidOperationException("This MarketFeed is or was enumerated already, and it can be only once. Open another feed with ImeClient.OpenFeed.");
            }

            bool snapshotsOnly = typeof(TEvent) == typeof(MarketSnapshot);
            if (_supervisor is null)
            {
                _supervisor = NewSupervisor(snapshotsOnly);
            }
            else if (snapshotsOnly)
            {
                _supervisor.KeepSnapshotsOnly();
            }

            FeedEnumerator<TEvent> enumerator = new(this, first, second);
            _consumer = enumerator;
            return enumerator;
        }
    }

    private FeedSupervisor NewSupervisor(bool snapshotsOnly) =>
        new(new FeedBuffer(_options, Contracts.Count, snapshotsOnly), _options, _environment.Policy);

    private FeedReading ReadMeter()
    {
        lock (_gate)
        {
            FeedStatistics statistics = _supervisor?.Statistics ?? default;
            return new FeedReading(
                State,
                new FeedCounts(_supervisor?.Messages ?? 0, statistics.Bytes, statistics.Rejected, statistics.Dropped),
                statistics.Waiting,
                Now.Utc - statistics.LastReceivedAt);
        }
    }
}
