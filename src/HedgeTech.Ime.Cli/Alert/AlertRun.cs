using HedgeTech.Ime.Cli.Terminal;
using HedgeTech.Ime.Cli.Watch;

namespace HedgeTech.Ime.Cli.Alert;

/// <summary>Holds the rules against a stream until it is told to end, and passes on what comes true.</summary>
/// <param name="book">The rules.</param>
/// <param name="deliveries">Where alerts go.</param>
/// <param name="tell">Takes a line about the stream. It must not block.</param>
/// <param name="hours">When the market is open; null for always.</param>
/// <param name="time">The clock.</param>
internal sealed class AlertRun(RuleBook book, IReadOnlyList<Delivery> deliveries, Action<string> tell, TradingHours? hours, TimeProvider time)
{
    /// <summary>How often the rules about silence are looked at.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>After how long the contracts are named that have sent nothing.</summary>
    public static readonly TimeSpan FirstMessage = TimeSpan.FromSeconds(30);

    /// <summary>How long alerts that are not delivered yet hold up the end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly long _startedAt = time.GetTimestamp();
    private HashSet<ContractKey>? _unheard = [.. book.Contracts]; // null once they have been named

    /// <summary>Runs until the stream ends or the token is cancelled.</summary>
    /// <param name="read">Opens the stream.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Success if every alert was delivered.</returns>
    /// <exception cref="ImeException">The stream ended so.</exception>
    public async Task<ExitCode> RunAsync(Func<CancellationToken, IAsyncEnumerable<FeedEvent>> read, CancellationToken cancellationToken)
    {
        using CancellationTokenSource giveUp = new(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] delivering = [.. deliveries.Select(DeliverAsync)];
        try
        {
            await FollowAsync(read, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to end, or cannot deliver.
        }
        finally
        {
            foreach (Delivery delivery in deliveries)
            {
                delivery.Complete();
            }

            giveUp.CancelAfter(Patience);
            await Task.WhenAll(delivering);
        }

        return deliveries.Any(static delivery => delivery.Lost > 0) ? ExitCode.Failure : ExitCode.Success;

        async Task DeliverAsync(Delivery delivery)
        {
            try
            {
                await delivery.RunAsync(giveUp.Token);
            }
            catch
            {
                await stop.CancelAsync(); // an error in the tool itself must not leave alerts undelivered in secret
                throw;
            }
        }
    }

    private async Task FollowAsync(Func<CancellationToken, IAsyncEnumerable<FeedEvent>> read, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PeriodicTimer timer = new(Pace, time);
        await using IAsyncEnumerator<FeedEvent> events = read(stop.Token).GetAsyncEnumerator(stop.Token);
        Task<bool> next = events.MoveNextAsync().AsTask();
        Task<bool> tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        try
        {
            while (true)
            {
                await Task.WhenAny(next, tick);
                if (next.IsCompleted)
                {
                    if (!await next)
                    {
                        return;
                    }

                    Tell(events.Current);
                    Raise(book.On(events.Current, time.GetElapsedTime(_startedAt)));
                    next = events.MoveNextAsync().AsTask();
                }

                if (tick.IsCompleted)
                {
                    Raise(book.OnTime(time.GetElapsedTime(_startedAt), time.GetUtcNow(), hours?.IsOpen(time.GetUtcNow()) ?? true));
                    NameUnheard();
                    tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what it says has been thrown already, or no longer matters
        }
    }

    private void Raise(IReadOnlyList<Crossing> crossings)
    {
        foreach (Crossing crossing in crossings)
        {
            foreach (Delivery delivery in deliveries)
            {
                delivery.Add(crossing);
            }
        }
    }

    /// <summary>A contract that is misspelt or does not trade would otherwise be waited for without a word.</summary>
    private void NameUnheard()
    {
        if (_unheard is not { } unheard || time.GetElapsedTime(_startedAt) < FirstMessage)
        {
            return;
        }

        _unheard = null;
        if (unheard.Count > 0)
        {
            tell(CellText.Printable($"ime: no message in the first {FirstMessage.TotalSeconds:0} s from {string.Join(", ", unheard)}. Check the name, and whether the market is open."));
        }
    }

    private void Tell(FeedEvent happened)
    {
        if (happened is MarketSnapshot snapshot)
        {
            _unheard?.Remove(snapshot.Contract);
        }
        else
        {
            tell($"{happened.ReceivedAt.InTehran():HH:mm:ss.fff} {EventText.Of(happened)}");
        }
    }
}
