using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using HedgeTech.Ime.Bars;

namespace HedgeTech.Ime;

/// <summary>Filters a stream by what has changed, and turns it into candles and rolling windows.</summary>
public static class MarketStreamExtensions
{
    private const string EventsNeeded = "A stream of snapshots does not report outages, so all its bars would be marked as complete. Use StreamEventsAsync, or ReadEventsAsync of a feed.";

    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(1);

    /// <summary>Returns the first snapshot of each contract, and each later one in which a given field differs from the previous snapshot of its contract.</summary>
    /// <param name="snapshots">The stream.</param>
    /// <param name="fields">The fields to compare, such as <c>SnapshotFields.BidPrice1 | SnapshotFields.AskPrice1</c>.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="snapshots"/> is null. Thrown by the call.</exception>
    /// <exception cref="ArgumentException"><paramref name="fields"/> names no field. Thrown by the call.</exception>
    public static IAsyncEnumerable<MarketSnapshot> WhereChanged(this IAsyncEnumerable<MarketSnapshot> snapshots, SnapshotFields fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return fields != SnapshotFields.None
            ? ChangedAsync(snapshots, fields, cancellationToken)
            : throw new ArgumentException("No field is given. Name at least one.", nameof(fields));
    }

    /// <summary>Adds to each snapshot the values of a rolling window of its contract: volume, VWAP, high, low, return.</summary>
    /// <param name="snapshots">The stream.</param>
    /// <param name="createWindow">
    /// Returns the window of a contract, when its first snapshot arrives: <see cref="RollingWindow.OfCount"/>, <see cref="RollingWindow.OfTime"/>, or one that a
    /// recording has filled.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Each snapshot of the stream, also those that the window does not count.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="snapshots"/> or <paramref name="createWindow"/> is null. Thrown by the call.</exception>
    public static IAsyncEnumerable<WindowedSnapshot> WithRollingWindow(
        this IAsyncEnumerable<MarketSnapshot> snapshots,
        Func<ContractKey, RollingWindow> createWindow,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        ArgumentNullException.ThrowIfNull(createWindow);
        return WindowedAsync(snapshots, createWindow, cancellationToken);
    }

    /// <summary>Makes candles from the snapshots in a stream of events, and marks those that an outage affects.</summary>
    /// <param name="events">The stream: <c>StreamEventsAsync</c> or <see cref="MarketFeed.ReadEventsAsync"/>, which report outages.</param>
    /// <param name="interval">The length of a bar. It must divide a day into equal parts, so that bars start at the same times each day.</param>
    /// <param name="patience">How long after its end a bar waits for late snapshots; 1 second if null.</param>
    /// <param name="timeProvider">The clock that closes a bar when no more messages arrive; the system's if null.</param>
    /// <param name="cancellationToken">Ends the stream. The enumeration then returns the unfinished bars, marked as incomplete, and ends with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// A bar for each contract and interval with trades, as soon as the interval is over by the server's time. Intervals are counted from midnight in Tehran.
    /// A snapshot belongs to the interval of its <see cref="MarketSnapshot.Timestamp"/>. If the bar of that interval is already closed, the next bar includes the
    /// snapshot and counts it in <see cref="Bar.LateSnapshots"/>. Whether the stream ends normally, by cancellation or by an exception, the enumeration first
    /// returns the unfinished bars, marked as incomplete, and then throws the exception, if any. So do not pass the cancelled token to code that stores them.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> is null. Thrown by the call.</exception>
    /// <exception cref="ArgumentException"><paramref name="events"/> is a stream of snapshots alone, which does not report outages. Thrown by the call.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> does not divide a day into equal parts, or <paramref name="patience"/> is negative or more than a day. Thrown by the call.</exception>
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
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "The interval must divide a day into equal parts, such as 5 minutes.");
        }

        TimeSpan wait = patience ?? DefaultPatience;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(patience));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, TimeSpan.FromDays(1), nameof(patience));
        return BarsAsync(events, interval, wait, timeProvider ?? TimeProvider.System, cancellationToken);
    }

    /// <summary>Does not compile: a stream of snapshots alone does not report outages, so every bar would be marked as complete.</summary>
    /// <param name="snapshots">A stream that does not report outages.</param>
    /// <param name="interval">The length of a bar.</param>
    /// <param name="patience">How long after its end a bar waits for late snapshots.</param>
    /// <param name="timeProvider">The clock that closes a bar.</param>
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

    private static async IAsyncEnumerable<WindowedSnapshot> WindowedAsync(
        IAsyncEnumerable<MarketSnapshot> snapshots,
        Func<ContractKey, RollingWindow> createWindow,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<ContractKey, RollingWindow> windows = [];
        await foreach (MarketSnapshot snapshot in snapshots.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!windows.TryGetValue(snapshot.Contract, out RollingWindow? window))
            {
                windows[snapshot.Contract] = window = createWindow(snapshot.Contract);
            }

            window.Add(snapshot);
            yield return new WindowedSnapshot(snapshot, window.Values);
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
                    // This suppresses the exception of the timeout, and that of the stream, which the next await throws.
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
            // If the caller stops at a bar that the clock closed, the next event is still pending, and a stream must not be disposed while it is.
            await leaving.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        failure?.Throw();
    }
}
