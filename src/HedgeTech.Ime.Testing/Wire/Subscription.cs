namespace HedgeTech.Ime.Testing.Wire;

/// <summary>One contract on one connection, and the ranges of its trades that were sent. Not thread-safe: the connection guards it.</summary>
internal sealed class Subscription(SimulatorConnection connection, ContractKey key)
{
    private readonly List<SentTrades> _ranges = [];
    private long _first;
    private long _last;

    public SimulatorConnection Connection => connection;

    public ContractKey Key => key;

    public IEnumerable<SentTrades> Ranges => _first == 0 ? _ranges : _ranges.Append(new SentTrades(key, _first, _last));

    public void Sent(long trade)
    {
        if (trade == _last + 1 && _first != 0)
        {
            _last = trade;
        }
        else if (trade != _last)
        {
            if (_first != 0)
            {
                _ranges.Add(new SentTrades(key, _first, _last));
            }

            _first = _last = trade;
        }
    }
}
