using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming;

/// <content>Carries a proven line to its end, and replaces it by overlap when that is asked for.</content>
internal sealed partial class ShardRunner
{
    /// <summary>A new line that shows nothing is trusted after this time: the service subscribes milliseconds after it accepts.</summary>
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromSeconds(2);

    /// <summary>What the old line still has on its way arrives within this time of the new line's first message.</summary>
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(200);

    private async Task<Attempt> CarryAsync(LineSession session, CancellationToken stopping)
    {
        while (true)
        {
            await Task.WhenAny(session.Reading, session.Line.ReplacementRequested).ConfigureAwait(false);
            if (session.Reading.IsCompleted)
            {
                ConnectionEnd end = await session.Reading.ConfigureAwait(false);
                return new Attempt(null, feed.OnLineEnded(session.Line, end));
            }

            session = await ReplaceAsync(session, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Opens a line beside the old one and closes the old one when the new one carries. Gives the line that goes on.</summary>
    private async Task<LineSession> ReplaceAsync(LineSession old, CancellationToken stopping)
    {
        old.Line.ResetReplacement();
        feed.OnReplacementStarted(old.Line);
        if (await OpenBesideAsync(old, stopping).ConfigureAwait(false) is not { } opened)
        {
            return old;
        }

        LineSession fresh = feed.OnReplacementOpened(old.Line, opened.Token, opened.Connection);
        fresh.Start(stopping);
        await OverlapAsync(old, fresh, stopping).ConfigureAwait(false);
        if (fresh.Reading.IsCompleted && !old.Reading.IsCompleted)
        {
            feed.OnLineEnded(fresh.Line, await fresh.Reading.ConfigureAwait(false));
            return old;
        }

        feed.Retire(old.Line);
        await old.CloseAsync().ConfigureAwait(false);
        return fresh;
    }

    /// <summary>A connection for the new line; null if there is none, or the old line ended meanwhile, which is an outage like any other.</summary>
    private async Task<(AccessToken Token, MarketConnection Connection)?> OpenBesideAsync(LineSession old, CancellationToken stopping)
    {
        using CancellationTokenSource given = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<(AccessToken Token, MarketConnection Connection)> opening = OpenAsync(given.Token);
        await Task.WhenAny(opening, old.Reading).ConfigureAwait(false);
        Exception? failure = null;
        try
        {
            if (old.Reading.IsCompleted)
            {
                await given.CancelAsync().ConfigureAwait(false);
            }

            (AccessToken Token, MarketConnection Connection) opened = await opening.ConfigureAwait(false);
            if (!old.Reading.IsCompleted)
            {
                return opened;
            }

            await opened.Connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImeException or HandshakeException)
        {
            failure = exception;
        }
        catch (OperationCanceledException) when (given.IsCancellationRequested)
        {
            // The old line's end, or the feed's, is told by its reading.
        }

        feed.OnReplacementFailed(old.Line, failure);
        return null;
    }

    private async Task<(AccessToken Token, MarketConnection Connection)> OpenAsync(CancellationToken cancellationToken)
    {
        AccessToken token = await environment.Tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        return (token, await environment.Connector.OpenAsync(shard.Contracts, token, cancellationToken).ConfigureAwait(false));
    }

    private async Task OverlapAsync(LineSession old, LineSession fresh, CancellationToken stopping)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task accepted = Task.Delay(LongestOverlap, environment.TimeProvider, over.Token);
        await Task.WhenAny(old.Reading, fresh.Reading, fresh.Delivered, accepted).ConfigureAwait(false);
        if (fresh.Delivered.IsCompleted && !accepted.IsCompleted)
        {
            await Task.WhenAny(old.Reading, fresh.Reading, accepted, Task.Delay(Parting, environment.TimeProvider, over.Token)).ConfigureAwait(false);
        }

        await over.CancelAsync().ConfigureAwait(false);
    }
}
