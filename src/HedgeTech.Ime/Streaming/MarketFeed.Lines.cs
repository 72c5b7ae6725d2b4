using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Json;
using HedgeTech.Ime.Streaming;

namespace HedgeTech.Ime;

/// <content>What the lines report. Each report is one input to the supervisor; what follows from it is done outside the lock.</content>
public sealed partial class MarketFeed
{
    /// <summary>UTC by the client's clock.</summary>
    internal DateTimeOffset Now => _environment.TimeProvider.GetUtcNow();

    internal bool ProducersMustWait
    {
        get
        {
            lock (_gate)
            {
                return _supervisor!.MustWait;
            }
        }
    }

    internal Task WaitForSpaceAsync()
    {
        lock (_gate)
        {
            return _supervisor!.MustWait
                ? (_space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    internal void OnSnapshot(Line line, MarketSnapshot snapshot, long bytes)
    {
        bool wake;
        bool announces;
        lock (_gate)
        {
            _supervisor!.Received(line, snapshot, bytes);
            wake = StopWaiting();
            announces = _supervisor.HasAnnouncements;
        }

        if (wake)
        {
            _consumer!.Wake();
        }

        if (announces)
        {
            LogAnnouncements();
        }
    }

    internal void OnRejected(Line line, FrameRejected rejected, long bytes) =>
        Report(supervisor => supervisor.Rejected(line, rejected, bytes));

    internal void OnAttemptStarted(Shard shard) => Report(_ => FeedSupervisor.AttemptStarted(shard));

    internal LineSession OnLineOpened(Shard shard, AccessToken token, MarketConnection connection) =>
        SessionOf(Report(supervisor => supervisor.LineOpened(shard, token, Now)), connection);

    internal void OnHealthy(Line line) => Report(supervisor => supervisor.Healthy(line, Now));

    internal NextStep OnLineEnded(Line line, ConnectionEnd end) => Report(supervisor => supervisor.LineEnded(line, end, Now));

    internal NextStep OnHandshakeFailed(Shard shard, AccessToken token, HandshakeException failure)
    {
        LogAttemptFailed(_environment.Logger, shard, failure);
        return Report(supervisor => supervisor.HandshakeFailed(shard, token, failure, Now));
    }

    internal NextStep OnLoginFailed(Shard shard, ImeException failure)
    {
        LogAttemptFailed(_environment.Logger, shard, failure);
        return Report(supervisor => supervisor.LoginFailed(shard, failure, Now));
    }

    /// <summary>Goes on with the halves of a shard whose request line was too long.</summary>
    internal void Split(Shard shard)
    {
        lock (_gate)
        {
            if (!_isStopping)
            {
                IReadOnlyList<ContractSet> halves = _environment.Planner.Split(shard.Contracts);
                foreach (Shard half in _supervisor!.Split(shard, halves))
                {
                    Run(half);
                }
            }
        }
    }

    private LineSession SessionOf(Line line, MarketConnection connection)
    {
        SnapshotReader reader = new(_environment.TimestampOffset, line.Shard.Contracts);
        return new LineSession(line, connection, reader, _options.KeepFrames, this);
    }

    private void Run(Shard shard) =>
        _runners.Add(Task.Run(() => new ShardRunner(shard, this, _environment).RunAsync(_stopping.Token)));

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
        lock (_gate)
        {
            result = input(_supervisor!);
            wake = StopWaiting();
            end = _supervisor!.End;
        }

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
