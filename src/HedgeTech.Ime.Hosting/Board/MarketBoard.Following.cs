using System.Runtime.CompilerServices;
using HedgeTech.Ime.Hosting.Board;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime.Hosting;

/// <content>For those who would rather be told.</content>
public sealed partial class MarketBoard
{
    private readonly HashSet<BoardSubscription> _subscriptions = [];
    private bool _hasEnded;

    /// <summary>Follows every contract: what stands on the board, then what changes.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The newest snapshot of a contract at the moment it is read: a consumer that is slower than the market misses what was in between, and never more than
    /// one snapshot per contract waits for it. Each enumeration is a consumer of its own. It ends as the feed ends: normally, or by <see cref="Failure"/>.
    /// </returns>
    public IAsyncEnumerable<MarketSnapshot> ReadAsync(CancellationToken cancellationToken = default) => FollowAsync(contracts: null, cancellationToken);

    /// <summary>Follows some of the contracts: what stands on the board, then what changes.</summary>
    /// <param name="contracts">Which.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>As of <see cref="ReadAsync(CancellationToken)"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ArgumentException">One of them is not on the board, which was made for others.</exception>
    public IAsyncEnumerable<MarketSnapshot> ReadAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        foreach (ContractKey contract in contracts)
        {
            ThrowIfMissing(contract, nameof(contracts));
        }

        return FollowAsync(contracts, cancellationToken);
    }

    /// <summary>Waits until the newest snapshot of a contract fulfils a condition, which it may do already.</summary>
    /// <param name="contract">Which.</param>
    /// <param name="predicate">The condition. Called one snapshot at a time, and never where the feed is read; what it throws, this throws.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The snapshot that fulfilled it. Of snapshots in quick succession the newest counts; one in between may go unseen.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="ArgumentException">The contract is not on the board, which was made for others.</exception>
    /// <exception cref="InvalidOperationException">The feed has ended normally, so that nothing will come any more. Where it failed, <see cref="Failure"/> is thrown.</exception>
    public Task<MarketSnapshot> WaitForAsync(ContractKey contract, Func<MarketSnapshot, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ThrowIfMissing(contract, nameof(contract));
        return WaitAsync(new ContractSet([contract]), predicate, cancellationToken);
    }

    /// <summary>Calls a function with the newest snapshot of each contract that stands on the board, then of each that changes.</summary>
    /// <param name="callback">
    /// Called on the thread pool, one call at a time, never where the feed is read; however long it takes, the feed goes on, and its next call is about the newest
    /// state. What it throws is logged.
    /// </param>
    /// <returns>Dispose of it for no more calls; one that is under way may still end after that. The calls also end with the feed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    public IDisposable OnChange(Action<MarketSnapshot> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        BoardWatch watch = new();
        _ = Task.Run(() => CallAsync(callback, watch.Stopping));
        return watch;
    }

    private async Task CallAsync(Action<MarketSnapshot> callback, CancellationToken stopping)
    {
        try
        {
            await foreach (MarketSnapshot snapshot in FollowAsync(contracts: null, stopping).ConfigureAwait(false))
            {
                try
                {
                    callback(snapshot);
                }
                catch (Exception failure)
                {
                    LogCallbackFailed(_logger, failure, PlainText.Of(snapshot.Contract.ToString()));
                }
            }
        }
        catch (Exception failure) when (stopping.IsCancellationRequested || failure == Failure)
        {
            // No more calls are wanted, or the feed has failed, which whoever runs it is told.
        }
    }

    private async Task<MarketSnapshot> WaitAsync(ContractSet contract, Func<MarketSnapshot, bool> predicate, CancellationToken cancellationToken)
    {
        await foreach (MarketSnapshot snapshot in FollowAsync(contract, cancellationToken).ConfigureAwait(false))
        {
            if (predicate(snapshot))
            {
                return snapshot;
            }
        }

        throw new InvalidOperationException($"The feed of this MarketBoard has ended, so that {contract} does not change any more.");
    }

    private async IAsyncEnumerable<MarketSnapshot> FollowAsync(ContractSet? contracts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BoardSubscription subscription = Subscribe(contracts);
        try
        {
            await foreach (BoardCursor cursor in subscription.Changed.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (cursor.TryRead(out MarketSnapshot? snapshot))
                {
                    yield return snapshot;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _subscriptions.Remove(subscription);
                subscription.Leave();
            }
        }
    }

    private BoardSubscription Subscribe(ContractSet? contracts)
    {
        BoardSubscription subscription = new(isForAll: contracts is null);
        lock (_gate)
        {
            foreach (BoardSlot slot in contracts?.Select(contract => _slots[contract]) ?? OrderedSlots())
            {
                subscription.Follow(slot);
            }

            if (_hasEnded)
            {
                subscription.End(_failure);
            }
            else
            {
                _subscriptions.Add(subscription);
            }
        }

        return subscription;
    }

    private void End(Exception? failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _state = FeedState.Ended;
            _hasEnded = true;
            foreach (BoardSubscription subscription in _subscriptions)
            {
                subscription.End(failure);
            }
        }
    }

    private void ThrowIfMissing(ContractKey contract, string parameter)
    {
        if (!_slots.ContainsKey(contract))
        {
            throw new ArgumentException($"The contract {contract} is not on this MarketBoard, which was made for {Contracts}.", parameter);
        }
    }
}
