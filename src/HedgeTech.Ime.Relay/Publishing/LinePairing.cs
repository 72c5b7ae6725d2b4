using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>
/// Compares what a hot standby's own line brings with what the log shows, contract by contract, so that a takeover publishes what the log lacks and nothing that it has.
/// </summary>
internal sealed class LinePairing(long maximumBytes)
{
    private readonly LinkedList<(ushort Contract, OutItem Item, TimeSpan At)> _order = new(); // the messages that the log has not shown, over all contracts as they came
    private readonly Dictionary<ushort, Contract> _contracts = [];
    private long _pendingBytes;
    private long _aheadBytes;

    public int Pending => _order.Count;

    public int Ahead => _contracts.Values.Sum(static contract => contract.Ahead.Count);

    /// <summary>Forgets what the own line brought and what it still has to bring.</summary>
    public void Reset()
    {
        _order.Clear();
        _contracts.Clear();
        _pendingBytes = _aheadBytes = 0;
    }

    /// <summary>Forgets what the own line brought, and returns it. What the log has shown and the line has not stays.</summary>
    public OutItem[] ForgetPending()
    {
        OutItem[] forgotten = [.. _order.Select(static pending => pending.Item)];
        _order.Clear();
        _pendingBytes = 0;
        foreach (Contract contract in _contracts.Values)
        {
            contract.Pending.Clear();
        }

        return forgotten;
    }

    /// <summary>The log shows a message. Returns when the own line brought it, if it did.</summary>
    public TimeSpan? LogShows(LogItem item, long? time)
    {
        Contract contract = Of(item.Contract);
        contract.LogTime = time;
        for (LinkedListNode<LinkedListNode<(ushort, OutItem Item, TimeSpan At)>>? node = contract.Pending.First; node is not null; node = node.Next)
        {
            if (IsSame(node.Value.Value.Item.Item, item))
            {
                // The line is past everything that the log showed before, and the log is past everything that the line brought before.
                TimeSpan at = node.Value.Value.At;
                ClearAhead(contract);
                while (contract.Pending.First is { } first)
                {
                    RemovePending(contract, first);
                    if (first == node)
                    {
                        return at;
                    }
                }
            }
        }

        contract.Ahead.Add(item);
        _aheadBytes += item.Bytes.Length;
        while (_aheadBytes > maximumBytes && contract.Ahead.Count > 1)
        {
            _aheadBytes -= contract.Ahead[0].Bytes.Length;
            contract.Ahead.RemoveAt(0);
        }

        return null;
    }

    /// <summary>The own line brings a message. Returns the time, if the log has shown it before.</summary>
    /// <param name="item">The message.</param>
    /// <param name="now">The time.</param>
    /// <param name="hasOverflowed">Whether messages that the log had not shown were dropped, because they took too many bytes.</param>
    public TimeSpan? LineShows(OutItem item, TimeSpan now, out bool hasOverflowed)
    {
        hasOverflowed = false;
        ushort key = item.Item.Contract;
        Contract contract = Of(key);
        int index = contract.Ahead.FindIndex(ahead => IsSame(ahead, item.Item));
        if (index >= 0)
        {
            for (int i = 0; i <= index; i++)
            {
                _aheadBytes -= contract.Ahead[i].Bytes.Length;
            }

            contract.Ahead.RemoveRange(0, index + 1);
            while (contract.Pending.First is { } first)
            {
                RemovePending(contract, first);
            }

            return now;
        }

        contract.Pending.AddLast(_order.AddLast((key, item, now)));
        _pendingBytes += item.Item.Bytes.Length;
        while (_pendingBytes > maximumBytes && _order.First is { } oldest)
        {
            hasOverflowed = true;
            Contract owner = _contracts[oldest.Value.Contract];
            RemovePending(owner, owner.Pending.First!);
        }

        return null;
    }

    /// <summary>
    /// Takes what is to be published, in order. While the line still has to bring messages of a contract that the log has, a message that is older by the vendor's timestamp than
    /// the last one in the log is dropped. One that is not newer waits, and everything behind it, because other standbys take a message in the log as proof that the log has
    /// everything before it. With <paramref name="patient"/> false nothing waits, nor does anything while half of the bytes that may wait are waiting: no message is dropped then.
    /// </summary>
    public List<OutItem> TakePending(bool patient)
    {
        patient &= _pendingBytes <= maximumBytes / 2;
        List<OutItem> taken = [];
        for (LinkedListNode<(ushort Contract, OutItem Item, TimeSpan At)>? node = _order.First; node is not null;)
        {
            LinkedListNode<(ushort Contract, OutItem Item, TimeSpan At)> current = node;
            node = node.Next;
            Contract contract = _contracts[current.Value.Contract];
            long? time = current.Value.Item.Time;
            bool isOlder = contract.Ahead.Count > 0 && time < contract.LogTime;
            if (contract.Ahead.Count > 0 && !isOlder)
            {
                if (time > contract.LogTime)
                {
                    ClearAhead(contract); // the line is past the log
                }
                else if (patient)
                {
                    break;
                }
            }

            RemovePending(contract, contract.Pending.First!);
            if (!isOlder)
            {
                contract.LogTime = time;
                taken.Add(current.Value.Item);
            }
        }

        return taken;
    }

    private static bool IsSame(LogItem one, LogItem other) => one.Bytes.Span.SequenceEqual(other.Bytes.Span);

    private Contract Of(ushort key)
    {
        if (!_contracts.TryGetValue(key, out Contract? contract))
        {
            _contracts.Add(key, contract = new Contract());
        }

        return contract;
    }

    private void RemovePending(Contract contract, LinkedListNode<LinkedListNode<(ushort Contract, OutItem Item, TimeSpan At)>> node)
    {
        _pendingBytes -= node.Value.Value.Item.Item.Bytes.Length;
        _order.Remove(node.Value);
        contract.Pending.Remove(node);
    }

    private void ClearAhead(Contract contract)
    {
        foreach (LogItem item in contract.Ahead)
        {
            _aheadBytes -= item.Bytes.Length;
        }

        contract.Ahead.Clear();
    }

    private sealed class Contract
    {
        public LinkedList<LinkedListNode<(ushort Contract, OutItem Item, TimeSpan At)>> Pending { get; } = new();

        public List<LogItem> Ahead { get; } = [];

        /// <summary>The vendor's timestamp of the last message in the log.</summary>
        public long? LogTime { get; set; }
    }
}
