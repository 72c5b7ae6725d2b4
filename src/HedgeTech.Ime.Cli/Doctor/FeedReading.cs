namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>Reads the events of one feed, with a limit for each wait. The steps from the handshake on share it. Not thread-safe.</summary>
internal sealed class FeedReading(ImeClient client, ContractSet contracts, FeedOptions? options = null) : IAsyncDisposable
{
    private readonly MarketFeed _feed = client.OpenFeed(contracts, options);
    private IAsyncEnumerator<FeedEvent>? _events;
    private Task<bool>? _pending;
    private FeedEvent? _putBack;

    public ContractSet Contracts => _feed.Contracts;

    /// <summary>When the first connection was accepted; null before.</summary>
    public DateTimeOffset? ConnectedAt { get; private set; }

    public FeedStatistics Statistics => _feed.Statistics;

    /// <summary>Returns the next event; null if the deadline comes first.</summary>
    /// <exception cref="ImeException">The feed ended with this exception.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<FeedEvent?> NextAsync(Task deadline, CancellationToken cancellationToken)
    {
        if (_putBack is { } before)
        {
            _putBack = null;
            return before;
        }

        _events ??= _feed.ReadEventsAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        if (_pending is null)
        {
            ValueTask<bool> next = _events.MoveNextAsync();
            if (next.IsCompletedSuccessfully && !deadline.IsCompleted)
            {
                return await next ? Current() : null;
            }

            _pending = next.AsTask();
        }

        await Task.WhenAny(_pending, deadline).WaitAsync(cancellationToken);
        if (!_pending.IsCompleted)
        {
            return null;
        }

        Task<bool> ended = _pending;
        _pending = null;
        return await ended ? Current() : null;
    }

    /// <summary>Puts an event back, so that it is the next one again.</summary>
    public void PutBack(FeedEvent feedEvent) => _putBack = feedEvent;

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        if (_pending is not null)
        {
            // How the feed ends is only relevant while someone reads it.
            await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_events is not null)
        {
            await _events.DisposeAsync();
        }
    }

    private FeedEvent Current()
    {
        FeedEvent current = _events!.Current;
        if (current is FeedConnected)
        {
            ConnectedAt ??= current.ReceivedAt;
        }

        return current;
    }
}
