using HedgeTech.Ime.Hosting.Board;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime.Hosting;

/// <content>What each event changes. Only the feed gets here, one event at a time.</content>
public sealed partial class MarketBoard
{
    private readonly List<ContractSet> _silent = [];
    private bool _hasWarnedOfStrangers;

    private void Take(FeedEvent happened)
    {
        switch (happened)
        {
            case MarketSnapshot snapshot:
                Take(snapshot);
                break;
            case SnapshotsDropped dropped:
                _counters.AddDropped(dropped.Count);
                break;
            case FrameRejected:
                _counters.AddRejected();
                break;
            case FeedConnected connected:
                Mark(connected.Contracts, static slot => slot.IsConnected = true);
                break;
            case FeedInterrupted interrupted:
                _counters.AddInterruption();
                Mark(interrupted.Contracts, static slot => slot.IsInterrupted = true);
                break;
            case FeedResumed resumed:
                EndSilence(set => resumed.Contracts.Any(set.Contains));
                Mark(resumed.Contracts, static slot => (slot.IsConnected, slot.IsInterrupted) = (true, false));
                break;
            case FeedSilent silent:
                _silent.Add(silent.Contracts);
                Mark(silent.Contracts, static slot => slot.IsSilent = true);
                break;
        }
    }

    private void Take(MarketSnapshot snapshot)
    {
        _counters.AddReceived();
        if (!_slots.TryGetValue(snapshot.Contract, out BoardSlot? slot) && (slot = AddStranger(snapshot.Contract)) is null)
        {
            return;
        }

        slot.Take(snapshot);
        _counters.SetNewestAt(snapshot.ReceivedAt.UtcTicks);
        if (!slot.IsConnected)
        {
            slot.IsConnected = true;
            ChangeState();
        }

        if (_silent.Count > 0)
        {
            // Under another identifier than it was asked for it tells of some connection, nobody knows which.
            EndSilence(set => set.Contains(snapshot.Contract) || !Contracts.Contains(snapshot.Contract));
        }
    }

    private void Mark(ContractSet contracts, Action<BoardSlot> change)
    {
        foreach (ContractKey contract in contracts)
        {
            if (_slots.TryGetValue(contract, out BoardSlot? slot))
            {
                change(slot);
            }
        }

        ChangeState();
    }

    private void EndSilence(Predicate<ContractSet> over)
    {
        foreach (ContractSet contracts in _silent.FindAll(over))
        {
            _silent.Remove(contracts);
            Mark(contracts, static slot => slot.IsSilent = false);
        }
    }

    private void ChangeState()
    {
        bool isInterrupted = false;
        bool isConnected = true;
        foreach (ContractKey contract in Contracts)
        {
            BoardSlot slot = _slots[contract];
            isInterrupted |= slot.IsInterrupted;
            isConnected &= slot.IsConnected;
        }

        _state = isInterrupted ? FeedState.Interrupted : isConnected ? FeedState.Live : FeedState.Connecting;
    }

    /// <summary>A place for an identifier that was not asked for; null if there are too many of them.</summary>
    private BoardSlot? AddStranger(ContractKey contract)
    {
        // A contract has a name and an id. What is more than that was never asked for, and must not fill the memory.
        if (_slots.Count >= 2 * Contracts.Count)
        {
            if (!_hasWarnedOfStrangers)
            {
                _hasWarnedOfStrangers = true;
                LogStranger(_logger, PlainText.Of(contract.ToString()));
            }

            return null;
        }

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

            return _slots[contract] = slot;
        }
    }
}
