using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Json;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// Performs the actions of one slot, and reports the outcome of each. It decides nothing. It holds the open connections, and the opening that can be cancelled.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The sources have neither a timer nor a wait handle, so there is nothing to dispose, and GiveUp may be called after the end.")]
internal sealed class LineRunner(LineSlot slot, FeedGate gate, FeedOptions options, FeedServices services)
{
    private readonly CancellationTokenSource _givingUp = new();
    private readonly ConcurrentDictionary<Line, LineReader> _readers = new();
    private readonly ConcurrentDictionary<LineReader, Task> _following = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _delay;
    private CancellationTokenSource? _wanted;
    private Task _opening = Task.CompletedTask;

    public Shard Shard => slot.Shard;

    /// <summary>Runs until the slot is over or no longer wanted, or the feed has ended. Never throws.</summary>
    /// <returns>Whether the shard has to be split because its request line is too long.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        using CancellationTokenSource trying = CancellationTokenSource.CreateLinkedTokenSource(stopping, _givingUp.Token);
        try
        {
            LineAction? last = null;
            while (last is not (LineAction.Split or LineAction.Stop))
            {
                last = await PerformWithRetriesAsync(last as LineAction.Wait, trying.Token, stopping).ConfigureAwait(false);
            }

            return last is LineAction.Split;
        }
        catch (OperationCanceledException) when (trying.IsCancellationRequested)
        {
            // No longer wanted. Whoever decided that reports why.
            return false;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever the failure is, the stream must not end silently.
            gate.Fail(exception);
            return false;
        }
        finally
        {
            await trying.CancelAsync().ConfigureAwait(false);
            await CloseAllAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Stops trying, and closes what is open.</summary>
    public void GiveUp() => _givingUp.Cancel();

    /// <summary>Ends a wait between two attempts, because the network may be back.</summary>
    public void Hurry()
    {
        lock (_gate)
        {
            // On another thread, because what continues must not do so under the lock.
            _ = _delay?.CancelAsync();
        }
    }

    /// <summary>One run of the pipeline, which waits between attempts. It ends when a proven line has ended, when the slot is over, or when a change of the network ends a wait.</summary>
    /// <param name="failed">The wait to start with; null to start with an attempt.</param>
    /// <param name="trying">Cancelled when the slot is no longer wanted.</param>
    /// <param name="stopping">Cancelled when the feed ends.</param>
    private async Task<LineAction?> PerformWithRetriesAsync(LineAction.Wait? failed, CancellationToken trying, CancellationToken stopping)
    {
        using CancellationTokenSource delay = CancellationTokenSource.CreateLinkedTokenSource(trying);
        try
        {
            return await services.Backoff.ExecuteAsync(
                async _ =>
                {
                    SetDelay(null);
                    LineAction action = failed is null ? await PerformUntilWaitAsync(trying, stopping).ConfigureAwait(false) : failed with { IsFirst = false };
                    failed = null;
                    SetDelay(delay);
                    return action;
                },
                delay.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!trying.IsCancellationRequested && delay.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            SetDelay(null);
        }
    }

    private void SetDelay(CancellationTokenSource? delay)
    {
        lock (_gate)
        {
            _delay = delay;
        }
    }

    /// <summary>Starts an attempt, and performs the actions until the slot has to wait or is over.</summary>
    private async ValueTask<LineAction> PerformUntilWaitAsync(CancellationToken trying, CancellationToken stopping)
    {
        gate.Report(supervisor => supervisor.Lines.AttemptStarted(slot, gate.Now));
        while (true)
        {
            LineAction action = await slot.Actions.ReadAsync(trying).ConfigureAwait(false);
            switch (action)
            {
                case LineAction.Open open:
                    await _opening.ConfigureAwait(false);
                    _wanted?.Dispose();
                    _wanted = CancellationTokenSource.CreateLinkedTokenSource(trying);
                    _opening = GuardAsync(OpenAsync(open, _wanted.Token, stopping), _wanted.Token);
                    break;
                case LineAction.Cancel:
                    await _wanted!.CancelAsync().ConfigureAwait(false);
                    break;
                case LineAction.Close close when _readers.TryGetValue(close.Line, out LineReader? reader):
                    _ = GuardAsync(reader.CloseAsync(), stopping);
                    break;
                case LineAction.Close:
                    // The line has ended meanwhile, or is still being opened; StartReaderAsync checks for that.
                    break;
                case LineAction.Probe probe:
                    _opening = GuardAsync(ProbeAsync(probe, trying), trying);
                    break;
                default:
                    return action;
            }
        }
    }

    private async Task OpenAsync(LineAction.Open open, CancellationToken wanted, CancellationToken stopping)
    {
        AccessToken token;
        MarketConnection connection;
        try
        {
            if (open.After > TimeSpan.Zero)
            {
                await Task.Delay(open.After, services.TimeProvider, wanted).ConfigureAwait(false);
            }

            token = await GetTokenAsync(open, wanted).ConfigureAwait(false);
        }
        catch (ImeException failure)
        {
            ReportFailure(open, failure, supervisor => supervisor.Lines.LoginFailed(slot, failure, gate.Now));
            return;
        }

        try
        {
            connection = await services.Connector.OpenAsync(slot.Shard.Contracts, token, wanted).ConfigureAwait(false);
        }
        catch (HandshakeException failure)
        {
            ReportFailure(open, failure, supervisor => supervisor.Lines.HandshakeFailed(slot, token, failure, gate.Now));
            return;
        }

        await StartReaderAsync(connection, token, open.Beside, stopping).ConfigureAwait(false);
    }

    private async Task<AccessToken> GetTokenAsync(LineAction.Open open, CancellationToken wanted)
    {
        if (open is { Stale: { } stale, Beside: null })
        {
            return await services.Tokens.RenewAsync(stale, wanted).ConfigureAwait(false);
        }

        AccessToken token = await services.Tokens.GetAsync(wanted).ConfigureAwait(false);
        return ReferenceEquals(token, open.Stale) ? throw new ImeAuthenticationException("There is no newer token yet.", isTransient: true) : token;
    }

    /// <summary>Hands a connection over to a reader. If that fails, for example because a logger throws, closes it.</summary>
    private async Task StartReaderAsync(MarketConnection connection, AccessToken token, Line? beside, CancellationToken stopping)
    {
        Line line;
        LineReader reader;
        try
        {
            line = gate.Report(supervisor => supervisor.Lines.LineOpened(slot, token, gate.Now, beside));
            reader = new LineReader(line, connection, new SnapshotReader(services.TimestampOffset, line.Shard.Contracts), gate, options, services, stopping);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _readers[line] = reader;
        reader.Start();
        _following[reader] = GuardAsync(FollowAsync(reader), CancellationToken.None);
        if (gate.Read(_ => line.IsClosing))
        {
            await reader.CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(LineReader reader)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            ConnectionEnd end = await reader.Reading.ConfigureAwait(false);
            gate.Report(supervisor => supervisor.Lines.LineEnded(reader.Line, end, gate.Now));
        }
        finally
        {
            _readers.TryRemove(reader.Line, out _);
            _following.TryRemove(reader, out _);
        }
    }

    private async Task ProbeAsync(LineAction.Probe probe, CancellationToken trying)
    {
        RefusalVerdict verdict = await new RefusalProbe(services, probe.CameAfterAccept).RunAsync(slot.Shard.Contracts, trying).ConfigureAwait(false);
        gate.Report(supervisor => supervisor.Lines.RefusalProbed(slot, verdict));
    }

    private void ReportFailure(LineAction.Open open, Exception failure, Func<FeedSupervisor, LineAction?> report)
    {
        if (open.Beside is { } old)
        {
            gate.Log.ReplacementFailed(slot.Shard.Number, failure);
            gate.Report(supervisor => supervisor.Lines.ReplacementFailed(old, failure, gate.Now));
            return;
        }

        (int attempts, bool anotherIsOpen) = gate.Read(_ => (slot.Attempts, slot.Shard.Lines.Count > 0));
        gate.Log.AttemptFailed(slot.Shard.Number, attempts, anotherIsOpen, failure);
        gate.Report(report);
    }

    /// <summary>Ends the feed if a task fails unexpectedly. A cancelled opening does not.</summary>
    private async Task GuardAsync(Task task, CancellationToken cancellation)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // No longer wanted.
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            gate.Fail(failure);
        }
    }

    /// <summary>Closes the connections that are still open, and waits until they have ended.</summary>
    private async Task CloseAllAsync()
    {
        await _opening.ConfigureAwait(false);
        _wanted?.Dispose();
        await Task.WhenAll(_readers.Values.Select(reader => GuardAsync(reader.CloseAsync(), CancellationToken.None))).ConfigureAwait(false);
        await Task.WhenAll(_following.Values).ConfigureAwait(false);
    }
}
