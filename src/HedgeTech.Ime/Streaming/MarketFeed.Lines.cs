using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Json;
using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime;

/// <content>What the lines report. Each report is one input to the supervisor; what follows from it is done outside the lock.</content>
public sealed partial class MarketFeed
{
    /// <summary>Few enough that the first of them waits for some microseconds only.</summary>
    private const int UsuallyGathered = 16;

    /// <summary>By the client's clock.</summary>
    internal Moment Now => Moment.Now(_environment.TimeProvider);

    /// <summary>
    /// How many messages a line may bring at a time: so many that none of them can displace another while the consumer waits.
    /// </summary>
    internal int MostGathered =>
        _options.Delivery == FeedDelivery.LatestPerContract || _options.Overflow == FeedOverflow.Wait ? 1 : Math.Min(UsuallyGathered, _options.Capacity);

    /// <summary>
    /// Done when the line may read on; null if it may at once. To be asked again then. A line that is being closed reads to its end, or what is on its way
    /// would be lost.
    /// </summary>
    internal Task? WaitForSpace(Line line)
    {
        if (_options.Overflow != FeedOverflow.Wait)
        {
            return null;
        }

        lock (_gate)
        {
            return _supervisor!.MustWait && !line.IsRetiring
                ? (_space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : null;
        }
    }

    /// <summary>A line brought messages, in order and all at the same moment; forgets them there.</summary>
    internal void OnRead(Line line, Span<ReadMessage> messages, Moment now)
    {
        bool wake;
        bool announces;
        lock (_gate)
        {
            foreach (ReadMessage message in messages)
            {
                if (message.Event is MarketSnapshot snapshot)
                {
                    _supervisor!.Received(line, snapshot, message.Bytes, now);
                }
                else
                {
                    _supervisor!.Rejected(line, (FrameRejected)message.Event, message.Bytes, now);
                }
            }

            messages.Clear();
            wake = StopWaiting();
            announces = _supervisor!.HasAnnouncements;
            if (_supervisor.IsTimerStale)
            {
                SetTimer();
            }
        }

        try
        {
            if (announces)
            {
                LogAnnouncements();
            }
        }
        finally
        {
            // Also where the log fails: the consumer does not wait any more, and has to hear of it.
            if (wake && !ReceivingThread.TryRun(_consumer!))
            {
                _consumer!.Wake();
            }
        }
    }

    internal void OnAttemptStarted(Lane lane) => Report(supervisor => supervisor.AttemptStarted(lane));

    internal LineSession OnLineOpened(Lane lane, AccessToken token, MarketConnection connection) =>
        SessionOf(Report(supervisor => supervisor.LineOpened(lane, token, Now)), connection);

    internal NextStep OnLineEnded(Line line, ConnectionEnd end) => Report(supervisor => supervisor.LineEnded(line, end, Now));

    internal NextStep OnHandshakeFailed(Lane lane, AccessToken token, HandshakeException failure)
    {
        LogAttemptFailed(_environment.Logger, lane, failure);
        return Report(supervisor => supervisor.HandshakeFailed(lane, token, failure, Now));
    }

    internal NextStep OnLoginFailed(Lane lane, ImeException failure)
    {
        LogAttemptFailed(_environment.Logger, lane, failure);
        return Report(supervisor => supervisor.LoginFailed(lane, failure, Now));
    }

    internal NextStep OnRefusalProbed(Lane lane, RefusalVerdict verdict) => Report(supervisor => supervisor.RefusalProbed(lane, verdict));

    /// <summary>Whether another line is to be opened beside this one.</summary>
    internal bool OnReplacementStarted(Line old) => Report(supervisor => supervisor.ReplacementStarted(old));

    internal LineSession OnReplacementOpened(Line old, AccessToken token, MarketConnection connection) =>
        SessionOf(Report(supervisor => supervisor.ReplacementOpened(old, token, Now)), connection);

    internal void OnReplacementFailed(Line old, Exception? failure)
    {
        if (failure is not null)
        {
            LogReplacementFailed(_environment.Logger, old.Shard.Number, failure.Message);
        }

        Report(supervisor => supervisor.ReplacementFailed(old, failure, Now));
    }

    /// <summary>How long the lane is to wait before it opens a line.</summary>
    internal TimeSpan TakeTurn(Lane lane)
    {
        lock (_gate)
        {
            return _supervisor!.TakeTurn(lane, Now);
        }
    }

    /// <summary>Goes on with the halves of a shard whose request line was too long.</summary>
    internal void Split(Shard shard)
    {
        LaneRunner[] needless;
        lock (_gate)
        {
            if (_isStopping || shard.IsRetired)
            {
                // Another lane of it has heard the same.
                return;
            }

            IReadOnlyList<ContractSet> halves = _environment.Planner.Split(shard.Contracts);
            foreach (Shard half in _supervisor!.Split(shard, halves, Now))
            {
                Run(half);
            }

            needless = [.. _runners.Keys.Where(runner => runner.Shard == shard)];
        }

        Array.ForEach(needless, static runner => runner.GiveUp());
    }

    private LineSession SessionOf(Line line, MarketConnection connection)
    {
        SnapshotReader reader = new(_environment.TimestampOffset, line.Shard.Contracts);
        return new LineSession(line, connection, reader, this) { KeepsFrames = _options.KeepFrames, HasThread = _environment.DedicatedThreads };
    }

    /// <summary>Starts to connect the shard's lanes. Under the lock.</summary>
    private void Run(Shard shard)
    {
        foreach (Lane lane in shard.Lanes)
        {
            LaneRunner runner = new(lane, this, _environment);
            WithoutContext(() => _runners[runner] = Task.Run(() => RunAsync(runner)));
        }
    }

    /// <summary>What a feed starts outlives the call that began it, so that the trace and the log scopes of that call are not its own.</summary>
    private static void WithoutContext(Action start)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            start();
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            start();
        }
    }

    private async Task RunAsync(LaneRunner runner)
    {
        await runner.RunAsync(_stopping.Token).ConfigureAwait(false);
        lock (_gate)
        {
            // When the feed ends, all of them are waited for.
            if (!_isStopping)
            {
                _runners.Remove(runner);
            }
        }
    }

    private void Report(Action<FeedSupervisor> input) => Report(supervisor =>
    {
        input(supervisor);
        return true;
    });

    private T Report<T>(Func<FeedSupervisor, T> input)
    {
        T result;
        bool wake;
        FeedEnd? end;
        TaskCompletionSource? space;
        lock (_gate)
        {
            result = input(_supervisor!);
            wake = StopWaiting();
            end = _supervisor!.End;
            SetTimer();
            (space, _space) = (_space, null);
        }

        // Lines that wait for the consumer ask again, as they may not have to any more.
        space?.TrySetResult();
        if (wake)
        {
            _consumer!.Wake();
        }

        LogAnnouncements();
        if (end is not null)
        {
            End(end);
        }

        return result;
    }

    /// <summary>Whether the consumer waits for what is there now; it then has to be woken.</summary>
    private bool StopWaiting()
    {
        bool wake = _isConsumerWaiting && (_supervisor!.HasEvents || _supervisor.End is not null);
        _isConsumerWaiting &= !wake;
        return wake;
    }
}
