namespace HedgeTech.Ime.Hosting.Board;

/// <summary>The state of one contract on a board. Only the feed changes it, or a caller under the lock of the consumers. Any thread may read it without a lock.</summary>
internal sealed class BoardSlot(ContractKey contract)
{
    private volatile MarketSnapshot? _newest;
    private volatile BoardCursor[] _cursors = [];
    private volatile bool _isConnected;
    private volatile bool _isInterrupted;
    private volatile bool _isSilent;

    public ContractKey Contract => contract;

    public MarketSnapshot? Newest => _newest;

    /// <summary>Whether the contract's connection has ever been accepted.</summary>
    public bool IsConnected
    {
        get => _isConnected;
        set => _isConnected = value;
    }

    public bool IsInterrupted
    {
        get => _isInterrupted;
        set => _isInterrupted = value;
    }

    public bool IsSilent
    {
        get => _isSilent;
        set => _isSilent = value;
    }

    /// <summary>Stores a newer snapshot and signals everyone who follows the contract.</summary>
    public void Take(MarketSnapshot snapshot)
    {
        _newest = snapshot;
        foreach (BoardCursor cursor in _cursors)
        {
            cursor.Signal();
        }
    }

    /// <summary>Call it under the lock of <see cref="BoardConsumers"/>.</summary>
    public void Attach(BoardCursor cursor) => _cursors = [.. _cursors, cursor];

    /// <summary>Call it under the lock of <see cref="BoardConsumers"/>.</summary>
    public void Detach(BoardCursor cursor) => _cursors = [.. _cursors.Where(other => other != cursor)];
}
