namespace HedgeTech.Ime.Hosting.Board;

/// <summary>What a board knows of one contract. Written by the feed alone, or under the board's lock; read by anyone without one.</summary>
internal sealed class BoardSlot(ContractKey contract)
{
    private volatile MarketSnapshot? _newest;
    private volatile BoardCursor[] _cursors = [];
    private volatile bool _isConnected;
    private volatile bool _isInterrupted;
    private volatile bool _isSilent;

    public ContractKey Contract => contract;

    public MarketSnapshot? Newest => _newest;

    /// <summary>Whether its connection has been accepted once.</summary>
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

    /// <summary>Takes a newer snapshot and tells those who follow the contract that there is one.</summary>
    public void Take(MarketSnapshot snapshot)
    {
        _newest = snapshot;
        foreach (BoardCursor cursor in _cursors)
        {
            cursor.Signal();
        }
    }

    /// <summary>Under the board's lock.</summary>
    public void Attach(BoardCursor cursor) => _cursors = [.. _cursors, cursor];

    /// <summary>Under the board's lock.</summary>
    public void Detach(BoardCursor cursor) => _cursors = [.. _cursors.Where(other => other != cursor)];
}
