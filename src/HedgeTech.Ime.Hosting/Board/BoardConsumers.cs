using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>The consumers that follow a board. A lock guards their list and the adding of slots, so that no consumer misses a new slot or the end of the feed.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BoardConsumers(BoardTable table)
{
    private readonly Lock _gate = new();
    private readonly HashSet<BoardSubscription> _subscriptions = [];
    private Exception? _failure;
    private bool _hasEnded;

    /// <summary>Follows contracts until the feed ends: first the snapshots on the board, then each change.</summary>
    /// <param name="contracts">The contracts, all of them on the board; null for every contract, later ones included.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<MarketSnapshot> FollowAsync(ContractSet? contracts, [EnumeratorCancellation] CancellationToken cancellationToken)
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

    /// <summary>Adds a slot for an unrequested contract, followed by everyone who follows every contract.</summary>
    public BoardSlot AddSlot(ContractKey contract)
    {
        lock (_gate)
        {
            BoardSlot slot = new(contract);
            foreach (BoardSubscription subscription in _subscriptions)
            {
                if (subscription.IsForAll)
                {
                    subscription.Follow(slot);
                }
            }

            table.Add(slot);
            return slot;
        }
    }

    /// <summary>Ends every enumeration, those that start later included.</summary>
    /// <param name="failure">The exception that each enumeration throws; null if the feed ended normally.</param>
    public void End(Exception? failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _hasEnded = true;
            foreach (BoardSubscription subscription in _subscriptions)
            {
                subscription.End(failure);
            }
        }
    }

    private BoardSubscription Subscribe(ContractSet? contracts)
    {
        BoardSubscription subscription = new(isForAll: contracts is null);
        lock (_gate)
        {
            foreach (BoardSlot slot in contracts?.Select(contract => table[contract]) ?? table.InOrder())
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
}
