using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using HedgeTech.Ime.Bars;

namespace HedgeTech.Ime;

/// <summary>What traders make of a stream.</summary>
public static class MarketStreamExtensions
{
    private const string EventsNeeded = "A stream of snapshots does not tell of outages, so its bars would all pass for complete. Use StreamEventsAsync, or ReadEventsAsync of a feed.";

    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(1);

    /// <summary>Only the snapshots in which one of the given fields has changed since the snapshot before of the same contract, and the first of each contract.</summary>
    /// <param name="snapshots">The stream.</param>
    /// <param name="fields">Which fields matter, such as <c>SnapshotFields.BidPrice1 | SnapshotFields.AskPrice1</c>.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="snapshots"/> is null; thrown by the call.</exception>
    /// <exception cref="ArgumentException"><paramref name="fields"/> names no field; thrown by the call.</exception>
    public static IAsyncEnumerable<MarketSnapshot> WhereChanged(this IAsyncEnumerable<MarketSnapshot> snapshots, SnapshotFields fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return fields != SnapshotFields.None
            ? ChangedAsync(snapshots, fields, cancellationToken)
            : throw new ArgumentException("There is no field in it, so that nothing could change; name at least one.", nameof(fields));
    }

    /// <summary>Makes candles of a stream of events: of the snapshots in it, with the outages marked.</summary>
    /// <param name="events">The stream: <c>StreamEventsAsync</c> or <see cref="MarketFeed.ReadEventsAsync"/>, which tell of outages.</param>
    /// <param name="interval">How long a bar is: a whole part of a day, so that bars begin at the same times each day.</param>
    /// <param name="patience">How long after its end a bar waits for what is late; 1 second if null.</param>
    /// <param name="timeProvider">Tells that a bar is over though nothing comes any more; the system's clock if null.</param>
    /// <param name="cancellationToken">Ends the stream. The enumeration then gives the unfinished bars, marked as incomplete, and ends with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// A bar of each interval in which the contract was traded, when the interval is over by the server's time. Intervals are counted from midnight in Tehran.
    /// A snapshot belongs to the interval of its <see cref="MarketSnapshot.Timestamp"/>; one whose bar was closed already is counted into the next, which says so.
    /// However the stream ends, normally, by cancellation or by an exception, the unfinished bars come first, marked as incomplete, and then its exception.
    /// So do not pass the cancelled token to what you do with them.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> is null; thrown by the call.</exception>
    /// <exception cref="ArgumentException"><paramref name="events"/> is a stream of snapshots alone, which cannot tell of outages; thrown by the call.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is no whole part of a day, or <paramref name="patience"/> is negative or more than a day; thrown by the call.</exception>
    public static IAsyncEnumerable<Bar> ToBarsAsync(
        this IAsyncEnumerable<FeedEvent> events,
        TimeSpan interval,
        TimeSpan? patience = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events is IAsyncEnumerable<MarketSnapshot>)
        {
            throw new ArgumentException(EventsNeeded, nameof(events));
        }

        if (interval <= TimeSpan.Zero || TimeSpan.TicksPerDay % interval.Ticks != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "The interval must be a whole part of a day, such as 5 minutes.");
        }

        TimeSpan wait = patience ?? DefaultPatience;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(patience));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, TimeSpan.FromDays(1), nameof(patience));
        return BarsAsync(events, interval, wait, timeProvider ?? TimeProvider.System, cancellationToken);
    }

    /// <summary>Does not compile: a stream of snapshots alone does not tell of outages, so every bar would pass for complete.</summary>
    /// <param name="snapshots">A stream that cannot tell of outages.</param>
    /// <param name="interval">How long a bar is.</param>
    /// <param name="patience">How long after its end a bar waits for what is late.</param>
    /// <param name="timeProvider">Tells that a bar is over.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="ArgumentException">Always.</exception>
    [Obsolete(EventsNeeded, error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static IAsyncEnumerable<Bar> ToBarsAsync(
        this IAsyncEnumerable<MarketSnapshot> snapshots,
        TimeSpan interval,
        TimeSpan? patience = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default) =>
        throw new ArgumentException(EventsNeeded, nameof(snapshots));

    private static async IAsyncEnumerable<MarketSnapshot> ChangedAsync(
        IAsyncEnumerable<MarketSnapshot> snapshots,
        SnapshotFields fields,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<ContractKey, MarketSnapshot> before = [];
        await foreach (MarketSnapshot snapshot in snapshots.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            bool isChanged = !before.TryGetValue(snapshot.Contract, out MarketSnapshot? last) || (snapshot.GetChanges(last) & fields) != 0;
            before[snapshot.Contract] = snapshot;
            if (isChanged)
            {
                yield return snapshot;
            }
        }
    }

    private static async IAsyncEnumerable<Bar> BarsAsync(
        IAsyncEnumerable<FeedEvent> events,
        TimeSpan interval,
        TimeSpan patience,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BarAssembly bars = new(interval, patience, time);
        ExceptionDispatchInfo? failure = null;
        using CancellationTokenSource leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncEnumerator<FeedEvent> stream = events.GetAsyncEnumerator(leaving.Token);
        Task<bool> next = Task.FromResult(true);
        try
        {
            for (bool isOver = false; !isOver;)
            {
                next = stream.MoveNextAsync().AsTask();
                while (!next.IsCompleted && bars.NextClose() is { } wait)
                {
                    // By its time-out this ends with an exception, and so it does by one of the stream, which the next await throws.
                    await ((Task)next).WaitAsync(TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, TimeSpan.TicksPerDay)), time, CancellationToken.None)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    bars.CloseOver();
                    while (bars.Closed.TryDequeue(out Bar? closed))
                    {
                        yield return closed;
                    }
                }

                try
                {
                    isOver = !await next.ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    bool isCancelled = exception is OperationCanceledException && cancellationToken.IsCancellationRequested;
                    failure = ExceptionDispatchInfo.Capture(isCancelled ? new OperationCanceledException(exception.Message, exception, cancellationToken) : exception);
                    isOver = true;
                }

                if (isOver)
                {
                    bars.End();
                }
                else
                {
                    bars.Take(stream.Current);
                }

                while (bars.Closed.TryDequeue(out Bar? closed))
                {
                    yield return closed;
                }
            }
        }
        finally
        {
            // Whoever leaves by a bar that the clock has closed leaves while the next event is waited for; a stream must not be disposed of meanwhile.
            await leaving.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        failure?.Throw();
    }
}
