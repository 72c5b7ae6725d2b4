namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>Reads a relay, and keeps the numbers of the messages and the other events.</summary>
internal sealed class RelayReading : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<long> _numbers = [];
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

    public List<long> Numbers
    {
        get
        {
            lock (_gate)
            {
                return [.. _numbers];
            }
        }
    }

    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _numbers.Count == 0 ? 0 : _numbers[^1];
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
                    _numbers.Add(snapshot.Aggregate.TradeCount);
                }
                else
                {
                    _others.Add(happened);
                    if (happened is FeedInterrupted)
                    {
                        _gaps.Add(_numbers.Count);
                    }
                }
            }

            if (_each is not null)
            {
                await _each();
            }
        }
    }
}
