using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <content>Carries a line to its end, and replaces it by overlap when the supervisor asks for that.</content>
internal sealed partial class LaneRunner
{
    private async Task<Attempt> CarryAsync(LineSession session, CancellationToken trying, CancellationToken stopping)
    {
        LineSession? fresh = null;
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
                NextStep next = feed.OnLineEnded(session.Line, await session.Reading.ConfigureAwait(false));
                if (fresh is null)
                {
                    return new Attempt(null, next);
                }

                (session, fresh) = (fresh, null);
            }
            else if (fresh is { Reading.IsCompleted: true })
            {
                feed.OnLineEnded(fresh.Line, await fresh.Reading.ConfigureAwait(false));
                fresh = null;
            }
            else if (fresh is null)
            {
                fresh = await OpenBesideAsync(session, trying, stopping).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A line beside the old one; null if there is none, or the old line ended meanwhile, which is an outage like any other.</summary>
    private async Task<LineSession?> OpenBesideAsync(LineSession old, CancellationToken trying, CancellationToken stopping)
    {
        if (!feed.OnReplacementStarted(old.Line))
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
            return await StartSessionAsync(connection, () => feed.OnReplacementOpened(old.Line, token, connection), stopping).ConfigureAwait(false);
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
            feed.OnReplacementFailed(old.Line, failure);
        }

        return null;
    }

    private async Task<(AccessToken Token, MarketConnection Connection)> OpenAsync(Line old, CancellationToken cancellationToken)
    {
        await KeepApartAsync(cancellationToken).ConfigureAwait(false);
        AccessToken token = await environment.Tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        if (lane.Replacing == ReplacementReason.Rotation && ReferenceEquals(token, old.Token))
        {
            throw new ImeAuthenticationException("There is no newer token yet.", isTransient: true);
        }

        return (token, await environment.Connector.OpenAsync(lane.Shard.Contracts, token, cancellationToken).ConfigureAwait(false));
    }
}
