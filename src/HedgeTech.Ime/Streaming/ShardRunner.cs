using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming;

/// <summary>Keeps one shard connected: opens and proves a line through the reconnect pipeline, waits for its end, and begins again.</summary>
internal sealed partial class ShardRunner(Shard shard, MarketFeed feed, FeedEnvironment environment)
{
    private Attempt? _ended;

    /// <summary>Runs until the feed has ended or the shard is split. Never throws.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                Attempt attempt = await environment.Backoff.ExecuteAsync(static (runner, token) => runner.AttemptAsync(token), this, stopping).ConfigureAwait(false);
                if (attempt.Session is not { } session)
                {
                    if (attempt.Next == NextStep.Split)
                    {
                        feed.Split(shard);
                    }

                    return;
                }

                _ended = await CarryAsync(session, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The feed has ended and says why; the runner was only stopped.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever this is, the stream must not end silently.
            feed.Fail(exception);
        }
    }

    /// <summary>
    /// What the pipeline retries. The end of a proven line is its first failure, so that the first new attempt comes after about the initial delay.
    /// </summary>
    private async ValueTask<Attempt> AttemptAsync(CancellationToken stopping)
    {
        if (_ended is { } ended)
        {
            _ended = null;
            return ended;
        }

        feed.OnAttemptStarted(shard);
        Attempt attempt;
        do
        {
            attempt = await OpenAndProveAsync(stopping).ConfigureAwait(false);
        }
        while (attempt is { Session: null, Next: NextStep.RenewAndRetryNow });

        return attempt;
    }

    private async ValueTask<Attempt> OpenAndProveAsync(CancellationToken stopping)
    {
        AccessToken token;
        try
        {
            token = shard.StaleToken is { } stale
                ? await environment.Tokens.RenewAsync(stale, stopping).ConfigureAwait(false)
                : await environment.Tokens.GetAsync(stopping).ConfigureAwait(false);
        }
        catch (ImeException failure)
        {
            return new Attempt(null, feed.OnLoginFailed(shard, failure), (failure as ImeAuthenticationException)?.RetryAfter);
        }

        MarketConnection connection;
        try
        {
            connection = await environment.Connector.OpenAsync(shard.Contracts, token, stopping).ConfigureAwait(false);
        }
        catch (HandshakeException failure)
        {
            return new Attempt(null, feed.OnHandshakeFailed(shard, token, failure), failure.RetryAfter);
        }

        LineSession session = feed.OnLineOpened(shard, token, connection);
        session.Start(stopping);
        return await ProveAsync(session, stopping).ConfigureAwait(false);
    }

    private async ValueTask<Attempt> ProveAsync(LineSession session, CancellationToken stopping)
    {
        using CancellationTokenSource proven = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task healthy = Task.Delay(environment.HealthyAfter, environment.TimeProvider, proven.Token);
        Task first = await Task.WhenAny(session.Reading, session.Delivered, healthy).ConfigureAwait(false);
        await proven.CancelAsync().ConfigureAwait(false);
        if (first == healthy && healthy.IsCompletedSuccessfully)
        {
            feed.OnHealthy(session.Line);
        }

        if (first == session.Reading && !session.Delivered.IsCompleted)
        {
            ConnectionEnd end = await session.Reading.ConfigureAwait(false);
            return new Attempt(null, feed.OnLineEnded(session.Line, end));
        }

        return new Attempt(session, NextStep.RetryLater);
    }
}
