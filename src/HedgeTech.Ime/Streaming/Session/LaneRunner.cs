using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>Keeps one lane held: opens and proves a line through the reconnect pipeline, waits for its end, and begins again.</summary>
internal sealed partial class LaneRunner(Lane lane, MarketFeed feed, FeedEnvironment environment) : IDisposable
{
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _waiting;
    private readonly List<LineSession> _sessions = [];
    private Attempt? _ended;

    public Shard Shard => lane.Shard;

    /// <summary>Runs until the feed has ended, or the lane is not wanted any more. Never throws.</summary>
    public async Task RunAsync(CancellationToken stopping)
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
                    _ended = await CarryAsync(session, trying.Token, stopping).ConfigureAwait(false);
                }
                else if (attempt.Next == NextStep.Split)
                {
                    feed.Split(lane.Shard);
                    return;
                }
                else if (attempt.Next == NextStep.Stop)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (trying.IsCancellationRequested)
        {
            // Not wanted any more, and whoever decided that says why.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever this is, the stream must not end silently.
            feed.Fail(exception);
        }
        finally
        {
            await EndSessionsAsync().ConfigureAwait(false);
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

    public void Dispose() => _givingUp.Dispose();

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
            return await environment.Backoff.ExecuteAsync(
                static (state, _) => state.Runner.AttemptAsync(state.Trying, state.Stopping),
                (Runner: this, Trying: trying, Stopping: stopping),
                waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!trying.IsCancellationRequested && waiting.IsCancellationRequested)
        {
            return new Attempt(null, NextStep.RetryLater);
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
            await KeepApartAsync(trying).ConfigureAwait(false);
            feed.OnAttemptStarted(lane);
            do
            {
                attempt = await OpenAndProveAsync(trying, stopping).ConfigureAwait(false);
            }
            while (attempt is { Session: null, Next: NextStep.RenewAndRetryNow });
        }

        _ended = null;
        return attempt.Next == NextStep.Probe ? await ProbeAsync(trying).ConfigureAwait(false) : attempt;
    }

    private async ValueTask<Attempt> OpenAndProveAsync(CancellationToken trying, CancellationToken stopping)
    {
        AccessToken token;
        try
        {
            token = lane.StaleToken is { } stale
                ? await environment.Tokens.RenewAsync(stale, trying).ConfigureAwait(false)
                : await environment.Tokens.GetAsync(trying).ConfigureAwait(false);
        }
        catch (ImeException failure)
        {
            return new Attempt(null, feed.OnLoginFailed(lane, failure), (failure as ImeAuthenticationException)?.RetryAfter);
        }

        MarketConnection connection;
        try
        {
            connection = await environment.Connector.OpenAsync(lane.Shard.Contracts, token, trying).ConfigureAwait(false);
        }
        catch (HandshakeException failure)
        {
            return new Attempt(null, feed.OnHandshakeFailed(lane, token, failure), failure.RetryAfter);
        }

        LineSession session = await StartSessionAsync(connection, () => feed.OnLineOpened(lane, token, connection), stopping).ConfigureAwait(false);

        // A line that is mute from its beginning is replaced like any other, proven or not.
        await Task.WhenAny(session.Line.Proven, session.Reading, session.Line.CloseWanted, session.Line.ReplacementWanted).ConfigureAwait(false);
        if (session.Reading.IsCompleted && !session.Line.IsProven)
        {
            ConnectionEnd end = await session.Reading.ConfigureAwait(false);
            return new Attempt(null, feed.OnLineEnded(session.Line, end));
        }

        return new Attempt(session, NextStep.CarryOn);
    }

    /// <summary>Hands a connection over to a session; if that fails, as when a logger throws, closes it.</summary>
    private async ValueTask<LineSession> StartSessionAsync(MarketConnection connection, Func<LineSession> open, CancellationToken stopping)
    {
        LineSession session;
        try
        {
            session = open();
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _sessions.RemoveAll(static session => session.Reading.IsCompleted);
        _sessions.Add(session);
        session.Start(stopping);
        return session;
    }

    /// <summary>Closes what a failure left open, and waits for it.</summary>
    private async Task EndSessionsAsync()
    {
        foreach (LineSession session in _sessions)
        {
            try
            {
                await session.CloseAsync().ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                feed.Fail(failure);
            }
        }
    }

    private async ValueTask<Attempt> ProbeAsync(CancellationToken trying)
    {
        RefusalProbe probe = new(environment, lane.Refusal!.CameAfterAccept);
        RefusalVerdict verdict = await probe.RunAsync(lane.Shard.Contracts, trying).ConfigureAwait(false);
        return new Attempt(null, feed.OnRefusalProbed(lane, verdict));
    }

    /// <summary>The redundant lanes of a shard connect when the first has shown that it can.</summary>
    private async Task WaitForTurnAsync(CancellationToken trying)
    {
        if (lane.Index > 0)
        {
            await lane.Shard.MayBeDoubled.WaitAsync(trying).ConfigureAwait(false);
        }
    }

    /// <summary>Redundant lines, and with them their keep-alives, are apart, so that what hits one spares the other.</summary>
    private async Task KeepApartAsync(CancellationToken trying)
    {
        TimeSpan wait = feed.TakeTurn(lane);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, environment.TimeProvider, trying).ConfigureAwait(false);
        }
    }
}
