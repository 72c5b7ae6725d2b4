using System.Diagnostics.CodeAnalysis;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Json;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>Keeps one slot held: opens and proves a line through the reconnect pipeline, waits for its end, and begins again.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither a timer nor a wait handle, so there is nothing to dispose of; and whoever gives up may come after the end.")]
internal sealed class LineRunner(LineSlot slot, FeedGate gate, FeedOptions options, FeedServices services)
{
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _waiting;
    private readonly List<LineReader> _readers = [];
    private Attempt? _ended;

    public Shard Shard => slot.Shard;

    /// <summary>Runs until the feed has ended, or the slot is not wanted any more. Never throws.</summary>
    /// <returns>Whether it has stopped because the request line of its shard is too long, so that the shard has to be split.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        using CancellationTokenSource trying = CancellationTokenSource.CreateLinkedTokenSource(stopping, _givingUp.Token);
        try
        {
            await WaitForTurnAsync(trying.Token).ConfigureAwait(false);
            while (true)
            {
                Attempt attempt = await TryAsync(trying.Token, stopping).ConfigureAwait(false);
                if (attempt.Session is { } session)
                {
                    _ended = await RunSessionAsync(session, trying.Token, stopping).ConfigureAwait(false);
                }
                else if (attempt.Next == LineAction.Split)
                {
                    return true;
                }
                else if (attempt.Next == LineAction.Stop)
                {
                    return false;
                }
            }
        }
        catch (OperationCanceledException) when (trying.IsCancellationRequested)
        {
            // Not wanted any more, and whoever decided that says why.
            return false;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever this is, the stream must not end silently.
            gate.Fail(exception);
            return false;
        }
        finally
        {
            await EndReadersAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Tries no more. A line that is open is closed only when the supervisor asks for that.</summary>
    public void GiveUp() => _givingUp.Cancel();

    /// <summary>Tries at once if it waits between two attempts: the network may be back.</summary>
    public void Hurry()
    {
        lock (_gate)
        {
            // On another thread: what goes on then must not do so under the lock.
            _ = _waiting?.CancelAsync();
        }
    }

    /// <summary>One run of the pipeline: to a line that is proven, to an end, or to a change of the network that cuts the waiting short.</summary>
    private async Task<Attempt> TryAsync(CancellationToken trying, CancellationToken stopping)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(trying);
        lock (_gate)
        {
            _waiting = waiting;
        }

        try
        {
            return await services.Backoff.ExecuteAsync(
                static (state, _) => state.Runner.AttemptAsync(state.Trying, state.Stopping),
                (Runner: this, Trying: trying, Stopping: stopping),
                waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!trying.IsCancellationRequested && waiting.IsCancellationRequested)
        {
            return new Attempt(null, LineAction.RetryLater);
        }
        finally
        {
            lock (_gate)
            {
                _waiting = null;
            }
        }
    }

    /// <summary>
    /// What the pipeline retries. The end of a proven line is its first failure, so that the first new attempt comes after about the initial delay.
    /// </summary>
    private async ValueTask<Attempt> AttemptAsync(CancellationToken trying, CancellationToken stopping)
    {
        if (_ended is not { } attempt)
        {
            await StaggerAsync(trying).ConfigureAwait(false);
            gate.Report(supervisor => supervisor.AttemptStarted(slot));
            do
            {
                attempt = await OpenAndProveAsync(trying, stopping).ConfigureAwait(false);
            }
            while (attempt is { Session: null, Next: LineAction.RenewAndRetryNow });
        }

        _ended = null;
        return attempt.Next == LineAction.Probe ? await ProbeAsync(trying).ConfigureAwait(false) : attempt;
    }

    private async ValueTask<Attempt> OpenAndProveAsync(CancellationToken trying, CancellationToken stopping)
    {
        AccessToken token;
        try
        {
            token = gate.Read(_ => slot.StaleToken) is { } stale
                ? await services.Tokens.RenewAsync(stale, trying).ConfigureAwait(false)
                : await services.Tokens.GetAsync(trying).ConfigureAwait(false);
        }
        catch (ImeException failure)
        {
            return new Attempt(null, LoginFailed(failure), (failure as ImeAuthenticationException)?.RetryAfter);
        }

        MarketConnection connection;
        try
        {
            connection = await services.Connector.OpenAsync(slot.Shard.Contracts, token, trying).ConfigureAwait(false);
        }
        catch (HandshakeException failure)
        {
            return new Attempt(null, HandshakeFailed(token, failure), failure.RetryAfter);
        }

        LineReader session = await StartReaderAsync(connection, () => gate.Report(supervisor => supervisor.LineOpened(slot, token, gate.Now)), stopping).ConfigureAwait(false);

        // A line that is mute from its beginning is replaced like any other, proven or not.
        await Task.WhenAny(session.Line.Proven, session.Reading, session.Line.CloseWanted, session.Line.ReplacementWanted).ConfigureAwait(false);
        if (session.Reading.IsCompleted && !gate.Read(_ => session.Line.IsProven))
        {
            ConnectionEnd end = await session.Reading.ConfigureAwait(false);
            return new Attempt(null, LineEnded(session.Line, end));
        }

        return new Attempt(session, LineAction.CarryOn);
    }

    /// <summary>Hands a connection over to a session; if that fails, as when a logger throws, closes it.</summary>
    private async ValueTask<LineReader> StartReaderAsync(MarketConnection connection, Func<Line> open, CancellationToken stopping)
    {
        LineReader reader;
        try
        {
            Line line = open();
            SnapshotReader messages = new(services.TimestampOffset, line.Shard.Contracts);
            reader = new LineReader(line, connection, messages, gate, options, services);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _readers.RemoveAll(static old => old.Reading.IsCompleted);
        _readers.Add(reader);
        reader.Start(stopping);
        return reader;
    }

    /// <summary>Closes what a failure left open, and waits for it.</summary>
    private async Task EndReadersAsync()
    {
        foreach (LineReader reader in _readers)
        {
            try
            {
                await reader.CloseAsync().ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                gate.Fail(failure);
            }
        }
    }

    private async ValueTask<Attempt> ProbeAsync(CancellationToken trying)
    {
        RefusalProbe probe = new(services, gate.Read(_ => slot.Refusal!.CameAfterAccept));
        RefusalVerdict verdict = await probe.RunAsync(slot.Shard.Contracts, trying).ConfigureAwait(false);
        return new Attempt(null, gate.Report(supervisor => supervisor.RefusalProbed(slot, verdict)));
    }

    /// <summary>The redundant slots of a shard connect when the first has shown that it can.</summary>
    private async Task WaitForTurnAsync(CancellationToken trying)
    {
        if (slot.Index > 0)
        {
            await slot.Shard.MayBeRedundant.WaitAsync(trying).ConfigureAwait(false);
        }
    }

    /// <summary>Redundant lines, and with them their keep-alives, are apart, so that what hits one spares the other.</summary>
    private async Task StaggerAsync(CancellationToken trying)
    {
        TimeSpan wait = gate.Read(supervisor => supervisor.ReserveOpening(slot, gate.Now));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, services.TimeProvider, trying).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a line to its end, and replaces it by overlap when the supervisor asks for that.</summary>
    private async Task<Attempt> RunSessionAsync(LineReader session, CancellationToken trying, CancellationToken stopping)
    {
        LineReader? fresh = null;
        while (true)
        {
            await Task.WhenAny(
                session.Reading,
                session.Line.CloseWanted,
                fresh is null ? session.Line.ReplacementWanted : fresh.Reading).ConfigureAwait(false);
            if (session.Line.CloseWanted.IsCompleted)
            {
                await session.CloseAsync().ConfigureAwait(false);
            }

            if (session.Reading.IsCompleted)
            {
                LineAction next = LineEnded(session.Line, await session.Reading.ConfigureAwait(false));
                if (fresh is null)
                {
                    return new Attempt(null, next);
                }

                (session, fresh) = (fresh, null);
            }
            else if (fresh is { Reading.IsCompleted: true })
            {
                LineEnded(fresh.Line, await fresh.Reading.ConfigureAwait(false));
                fresh = null;
            }
            else if (fresh is null)
            {
                fresh = await OpenBesideAsync(session, trying, stopping).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A line beside the old one; null if there is none, or the old line ended meanwhile, which is an outage like any other.</summary>
    private async Task<LineReader?> OpenBesideAsync(LineReader old, CancellationToken trying, CancellationToken stopping)
    {
        if (!gate.Report(supervisor => supervisor.ReplacementStarted(old.Line)))
        {
            return null;
        }

        using CancellationTokenSource wanted = CancellationTokenSource.CreateLinkedTokenSource(trying);
        Task<(AccessToken Token, MarketConnection Connection)> opening = OpenAsync(old.Line, wanted.Token);
        await Task.WhenAny(opening, old.Reading, old.Line.CloseWanted).ConfigureAwait(false);
        Exception? failure = null;
        try
        {
            if (!opening.IsCompleted)
            {
                await wanted.CancelAsync().ConfigureAwait(false);
            }

            (AccessToken token, MarketConnection connection) = await opening.ConfigureAwait(false);
            return await StartReaderAsync(connection, () => gate.Report(supervisor => supervisor.LineOpened(slot, token, gate.Now)), stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImeException or HandshakeException)
        {
            failure = exception;
        }
        catch (OperationCanceledException) when (wanted.IsCancellationRequested)
        {
            // The old line has ended or is to be closed, or the feed has ended.
        }

        if (!old.Reading.IsCompleted)
        {
            ReplacementFailed(old.Line, failure);
        }

        return null;
    }

    private async Task<(AccessToken Token, MarketConnection Connection)> OpenAsync(Line old, CancellationToken cancellationToken)
    {
        await StaggerAsync(cancellationToken).ConfigureAwait(false);
        AccessToken token = await services.Tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        if (gate.Read(_ => slot.Replacing) == ReplacementReason.Rotation && ReferenceEquals(token, old.Token))
        {
            throw new ImeAuthenticationException("There is no newer token yet.", isTransient: true);
        }

        return (token, await services.Connector.OpenAsync(slot.Shard.Contracts, token, cancellationToken).ConfigureAwait(false));
    }

    private LineAction LineEnded(Line line, ConnectionEnd end) => gate.Report(supervisor => supervisor.LineEnded(line, end, gate.Now));

    private LineAction LoginFailed(ImeException failure)
    {
        LogAttemptFailed(failure);
        return gate.Report(supervisor => supervisor.LoginFailed(slot, failure, gate.Now));
    }

    private LineAction HandshakeFailed(AccessToken token, HandshakeException failure)
    {
        LogAttemptFailed(failure);
        return gate.Report(supervisor => supervisor.HandshakeFailed(slot, token, failure, gate.Now));
    }

    private void ReplacementFailed(Line old, Exception? failure)
    {
        if (failure is not null)
        {
            gate.Log.ReplacementFailed(old.Shard.Number, failure);
        }

        gate.Report(supervisor => supervisor.ReplacementFailed(old, failure, gate.Now));
    }

    private void LogAttemptFailed(Exception failure)
    {
        (int attempts, bool anotherIsOpen) = gate.Read(_ => (slot.Attempts, slot.Shard.Lines.Count > 0));
        gate.Log.AttemptFailed(slot.Shard.Number, attempts, anotherIsOpen, failure);
    }
}
