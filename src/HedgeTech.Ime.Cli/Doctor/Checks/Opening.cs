using System.Net;

namespace HedgeTech.Ime.Cli.Doctor.Checks;

/// <summary>The result of opening a stream: the stream, a refusal, or another failure.</summary>
/// <param name="Feed">The stream, accepted and not refused a moment later. The caller disposes it.</param>
/// <param name="Refused">The service's refusal.</param>
/// <param name="Status">The status of an answer that is neither.</param>
/// <param name="Trouble">The explanation of the failure, or why there was no answer.</param>
internal sealed record Opening(FeedReading? Feed, ImeSubscriptionRefusedException? Refused, HttpStatusCode? Status, string? Trouble)
{
    /// <summary>How long a service may take to refuse a connection that it has accepted.</summary>
    private static readonly TimeSpan SecondThoughts = TimeSpan.FromMilliseconds(500);

    /// <summary>Opens a stream and waits a moment to see whether it stays open.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<Opening> TryAsync(CaseFile file, ImeClient client, ContractSet contracts, CancellationToken cancellationToken, FeedOptions? options = null)
    {
        FeedReading feed = new(client, contracts, options ?? file.Options.Feed);
        Opening? opening = null;
        try
        {
            opening = await ReadAsync(file, feed, cancellationToken);
            return opening;
        }
        catch (ImeSubscriptionRefusedException refused)
        {
            return new Opening(null, refused, null, null);
        }
        catch (ImeException failure)
        {
            return new Opening(null, null, null, file.Text.Clean(failure.Message));
        }
        finally
        {
            if (opening?.Feed is null)
            {
                await feed.DisposeAsync();
            }
        }
    }

    private static async Task<Opening> ReadAsync(CaseFile file, FeedReading feed, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeProvider time = file.Settings.Time;
        Task bound = Task.Delay(file.Settings.ServiceBound, time, over.Token);
        Task deadline = bound;
        string? trouble = null;
        try
        {
            while (true)
            {
                switch (await feed.NextAsync(deadline, cancellationToken))
                {
                    case FeedConnected:
                        deadline = Task.Delay(SecondThoughts, time, over.Token);
                        break;
                    case FeedInterrupted { Reason: InterruptionReason.ConnectFailed, HttpStatus: { } status } failed:
                        return new Opening(null, null, status, file.Text.Clean(failed.Description));
                    case FeedInterrupted failed:
                        // A second attempt may follow, or the refusal of a fresh token.
                        trouble = file.Text.Clean(failed.Description ?? failed.Exception?.GetBaseException().Message);
                        deadline = bound;
                        break;
                    case null:
                        return deadline == bound ? new Opening(null, null, null, trouble ?? "no answer") : new Opening(feed, null, null, null);
                    case { } carried:
                        feed.PutBack(carried);
                        return new Opening(feed, null, null, null);
                }
            }
        }
        finally
        {
            await over.CancelAsync(); // the delays that are no longer needed
        }
    }
}
