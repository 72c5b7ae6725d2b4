using HedgeTech.Ime.Hosting.Board;

namespace HedgeTech.Ime.Hosting;

/// <content>How the feed fills it.</content>
public sealed partial class MarketBoard
{
    private volatile FeedState _state = FeedState.Idle;
    private volatile Exception? _failure;
    private int _hasBegun;
    private long _begunAt;
    private BoardCounters _counters;

    /// <summary>Where the feed stands; <see cref="FeedState.Live"/> once every connection is accepted and none is down.</summary>
    public FeedState State => _state;

    /// <summary>What ended the feed; null while it runs, or if it ended by cancellation or normally.</summary>
    public Exception? Failure => _failure;

    /// <summary>When the client received the newest snapshot of all; null if none has come yet.</summary>
    public DateTimeOffset? LastReceivedAt => TimeOf(_counters.NewestAt);

    /// <summary>What it has counted. The counts are of about the same moment.</summary>
    public BoardStatistics Statistics
    {
        get
        {
            int interrupted = 0;
            int silent = 0;
            foreach (BoardSlot slot in _slots.Values)
            {
                interrupted += slot.IsInterrupted ? 1 : 0;
                silent += slot is { IsSilent: true, IsInterrupted: false } ? 1 : 0;
            }

            return new BoardStatistics(
                _counters.Received,
                _counters.Dropped,
                _counters.Rejected,
                _counters.Interruptions,
                interrupted,
                silent);
        }
    }

    /// <summary>When <see cref="RunAsync"/> was called; null before.</summary>
    internal DateTimeOffset? BegunAt => TimeOf(Volatile.Read(ref _begunAt));

    /// <summary>Fills the board from a source until the stream ends. A hosted feed calls this; call it yourself only for a board of your own.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="cancellationToken">Ends the feed, and this with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Completes when the stream has ended, with the exception that ended it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The board is or was filled already.</exception>
    public Task RunAsync(IMarketDataSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Interlocked.Exchange(ref _hasBegun, 1) == 0
            ? FillAsync(source, cancellationToken)
            : throw new InvalidOperationException("This MarketBoard is or was filled already, and it can be only once. Make another.");
    }

    private async Task FillAsync(IMarketDataSource source, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            Volatile.Write(ref _begunAt, _time.GetUtcNow().UtcTicks);
            _state = FeedState.Connecting;
            await foreach (FeedEvent happened in source.StreamEventsAsync(Contracts, cancellationToken).ConfigureAwait(false))
            {
                Take(happened);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            End(failure);
        }
    }

    private static DateTimeOffset? TimeOf(long utcTicks) => utcTicks > 0 ? new DateTimeOffset(utcTicks, TimeSpan.Zero) : null;
}
