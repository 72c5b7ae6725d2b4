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
        LineSession fresh;
        old.Line.ResetReplacement();
        feed.OnReplacementStarted(old.Line);
        try
        {
            AccessToken token = await environment.Tokens.GetAsync(stopping).ConfigureAwait(false);
            MarketConnection connection = await environment.Connector.OpenAsync(shard.Contracts, token, stopping).ConfigureAwait(false);
            fresh = feed.OnReplacementOpened(old.Line, token, connection);
        }
        catch (Exception failure) when (failure is ImeException or HandshakeException)
        {
            feed.OnReplacementFailed(old.Line, failure);
            return old;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return old; // whose reading ends with the feed
        }

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
