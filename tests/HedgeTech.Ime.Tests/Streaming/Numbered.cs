namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>
/// Reads a stream of numbered messages from the simulator to its end, in a separate task, and keeps the snapshots and the events.
/// </summary>
internal sealed class Numbered : IAsyncDisposable
{
    private readonly Simulated _simulated;
    private readonly Dictionary<string, List<long>> _numbers = [];
    private readonly List<FeedEvent> _events = [];
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Numbered(Simulated simulated, ContractSet? contracts = null, FeedOptions? options = null)
    {
        _simulated = simulated;
        Feed = simulated.Client.OpenFeed(contracts ?? Simulated.Contracts, options);
        _reading = Task.Run(ReadAsync);
    }

    public MarketFeed Feed { get; }

    /// <summary>Completes when the stream ends. It is faulted if an exception ends the stream.</summary>
    public Task Reading => _reading;

    public IReadOnlyList<FeedEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public IReadOnlyList<long> NumbersOf(string contract)
    {
        lock (_gate)
        {
            return _numbers.TryGetValue(contract, out List<long>? numbers) ? [.. numbers] : [];
        }
    }

    /// <summary>Waits until the stream meets a condition.</summary>
    public async Task WhenAsync(Func<Numbered, bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (condition(this))
            {
                return;
            }

            if (_reading.IsCompleted)
            {
                await _reading;
                throw new InvalidOperationException("The stream has ended before the condition was met.");
            }

            await Task.WhenAny(changed, _reading).WaitAsync(_simulated.Cancellation);
        }
    }

    /// <summary>Waits until the stream has delivered the newest published message.</summary>
    public Task CaughtUpAsync(string contract, long newest) => WhenAsync(stream => stream.NumbersOf(contract) is [.., var last] && last == newest);

    public async ValueTask DisposeAsync() => await Feed.DisposeAsync();

    private async Task ReadAsync()
    {
        await foreach (FeedEvent next in Feed.ReadEventsAsync(_simulated.Cancellation))
        {
            TaskCompletionSource changed;
            lock (_gate)
            {
                if (next is MarketSnapshot snapshot)
                {
                    if (!_numbers.TryGetValue(snapshot.Contract.Value, out List<long>? numbers))
                    {
                        _numbers[snapshot.Contract.Value] = numbers = [];
                    }

                    numbers.Add(snapshot.Aggregate.TradeCount);
                }
                else
                {
                    _events.Add(next);
                }

                (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            changed.TrySetResult();
        }
    }
}
