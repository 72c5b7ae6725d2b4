namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>Reads a relay, keeps the numbers of the messages and the other events, and checks the order of the messages of each contract.</summary>
internal sealed class RelayReading : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(string Contract, long Number)> _messages = [];
    private readonly Dictionary<string, (long Number, bool MayMiss)> _last = []; // of each contract, and whether an interruption was announced since
    private readonly HashSet<int> _interrupted = [];
    private readonly List<string> _faults = [];
    private readonly List<FeedEvent> _others = [];
    private readonly HashSet<int> _gaps = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<Task>? _each;

    /// <param name="source">The source.</param>
    /// <param name="contracts">The contracts, or null for the default contracts of the tests.</param>
    /// <param name="each">Called for each event in the loop of the consumer.</param>
    public RelayReading(RelaySource source, ContractSet? contracts = null, Func<Task>? each = null)
    {
        _each = each;
        Ended = ReadAsync(source, contracts ?? Relays.Contracts);
    }

    /// <summary>Completes when the enumeration has ended.</summary>
    public Task Ended { get; }

    public List<long> Numbers => [.. Messages.Select(static message => message.Number)];

    public List<(string Contract, long Number)> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>The messages that came twice or out of order within their contract, and those before which messages of their contract are missing without an announced interruption.</summary>
    public List<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults];
            }
        }
    }

    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count == 0 ? 0 : _messages[^1].Number;
            }
        }
    }

    /// <summary>The indexes of the numbers that follow an announced interruption.</summary>
    public HashSet<int> Gaps
    {
        get
        {
            lock (_gate)
            {
                return [.. _gaps];
            }
        }
    }

    /// <summary>Whether an interruption was announced that has not ended.</summary>
    public bool IsInterrupted
    {
        get
        {
            lock (_gate)
            {
                return _interrupted.Count > 0;
            }
        }
    }

    public List<FeedEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _others];
            }
        }
    }

    public List<string> Others => [.. Events.Select(static other => other.GetType().Name)];

    public async Task WaitForAsync(long number)
    {
        while (Last < number)
        {
            if (Ended.IsCompleted)
            {
                await Ended;
                throw new InvalidOperationException($"The stream ended behind number {Last}.");
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public Task CancelAsync() => _ending.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task ReadAsync(RelaySource source, ContractSet contracts)
    {
        await foreach (FeedEvent happened in source.StreamEventsAsync(contracts, _ending.Token))
        {
            lock (_gate)
            {
                if (happened is MarketSnapshot snapshot)
                {
                    Check(snapshot.Contract.ToString(), snapshot.Aggregate.TradeCount);
                }
                else
                {
                    _others.Add(happened);
                    Note(happened);
                }
            }

            if (_each is not null)
            {
                await _each();
            }
        }
    }

    private void Check(string contract, long number)
    {
        if (_last.TryGetValue(contract, out (long Number, bool MayMiss) last) && number != last.Number + 1 && (number <= last.Number || !last.MayMiss))
        {
            _faults.Add($"{contract}: {number} after {last.Number}");
        }

        _messages.Add((contract, number));
        _last[contract] = (number, MayMiss: _interrupted.Count > 0);
    }

    private void Note(FeedEvent happened)
    {
        if (happened is FeedInterrupted interrupted)
        {
            _interrupted.Add(interrupted.Connection);
            _gaps.Add(_messages.Count);
            foreach (string contract in _last.Keys)
            {
                _last[contract] = _last[contract] with { MayMiss = true };
            }
        }
        else if (happened is FeedResumed resumed)
        {
            _interrupted.Remove(resumed.Connection);
        }
    }
}
