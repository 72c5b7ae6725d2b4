using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// Finds out which contracts of a refused set are at fault, as the service does not say: by asking for parts of it. One contract at fault is found by
/// halving, what is known to be right is not asked for again, and the rest is asked for as a whole.
/// </summary>
/// <remarks>For k at fault of n: at most k·(⌈log₂n⌉ + 1) handshakes.</remarks>
internal sealed class RefusalProbe(FeedServices services, bool isRefusedAfterAccept)
{
    /// <summary>So many refused one by one, far apart, and none accepted: then none will be.</summary>
    private const int Samples = 8;
    private const int Tries = 3;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a service that refuses after its accept may take to do so.</summary>
    private static readonly TimeSpan SecondThoughts = TimeSpan.FromSeconds(1);

    private readonly List<ContractKey> _atFault = [];
    private bool _anyAccepted;
    private bool _anyRefused;

    /// <summary>Probes a set that was refused as a whole. Never throws but when cancelled: what cannot be found out is said to be unknown.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<RefusalVerdict> RunAsync(ContractSet refused, CancellationToken cancellationToken)
    {
        try
        {
            List<ContractKey> suspects = [.. refused];
            do
            {
                suspects = await FindOneAsync(suspects, cancellationToken).ConfigureAwait(false);
                if (!_anyAccepted && _atFault.Count >= 2 && await IsNoneAcceptedAsync(suspects, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }
            }
            while (suspects.Count > 0 && !await IsAcceptedAsync(suspects, cancellationToken).ConfigureAwait(false));
            return new RefusalVerdict(_atFault, _anyAccepted, IsComplete: true);
        }
        catch (Exception failure) when (failure is HandshakeException or ImeException)
        {
            return new RefusalVerdict(_atFault, AnyAccepted: true, IsComplete: false);
        }
    }

    /// <summary>Finds one at fault in a set that is known to hold one. Gives those of which nothing is known yet.</summary>
    private async Task<List<ContractKey>> FindOneAsync(List<ContractKey> refused, CancellationToken cancellationToken)
    {
        List<ContractKey> unknown = [];
        while (refused.Count > 1)
        {
            List<ContractKey> left = refused[..(refused.Count / 2)];
            List<ContractKey> right = refused[(refused.Count / 2)..];
            if (await IsAcceptedAsync(left, cancellationToken).ConfigureAwait(false))
            {
                refused = right;
            }
            else
            {
                unknown.InsertRange(0, right);
                refused = left;
            }
        }

        // What follows from the others alone is believed if the service still refuses at all.
        if (_anyRefused || !await IsAcceptedAsync(refused, cancellationToken).ConfigureAwait(false))
        {
            _atFault.Add(refused[0]);
        }

        return unknown;
    }

    /// <summary>Tries some that lie far apart. Those at fault among them are moved out of the suspects.</summary>
    private async Task<bool> IsNoneAcceptedAsync(List<ContractKey> suspects, CancellationToken cancellationToken)
    {
        int step = Math.Max(1, suspects.Count / (Samples - 2));
        for (int i = suspects.Count - 1; i >= 0 && _atFault.Count < Samples; i -= step)
        {
            if (await IsAcceptedAsync([suspects[i]], cancellationToken).ConfigureAwait(false))
            {
                suspects.RemoveAt(i);
                return false;
            }

            _atFault.Add(suspects[i]);
            suspects.RemoveAt(i);
        }

        return _atFault.Count >= Samples || suspects.Count == 0;
    }

    private async Task<bool> IsAcceptedAsync(List<ContractKey> contracts, CancellationToken cancellationToken)
    {
        ContractSet set = new(contracts);
        for (int tries = 1; ; tries++)
        {
            await Task.Delay(Pace * tries, services.TimeProvider, cancellationToken).ConfigureAwait(false);
            try
            {
                AccessToken token = await services.Tokens.GetAsync(cancellationToken).ConfigureAwait(false);
                MarketConnection connection = await services.Connector.OpenAsync(set, token, cancellationToken).ConfigureAwait(false);
                bool isAccepted = await IsKeptAsync(connection, cancellationToken).ConfigureAwait(false);
                _anyAccepted |= isAccepted;
                _anyRefused |= !isAccepted;
                return isAccepted;
            }
            catch (HandshakeException refusal) when (refusal.Status is System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden)
            {
                _anyRefused = true;
                return false;
            }
            catch (HandshakeException) when (tries < Tries)
            {
                // Not refused, only failed for now: once more.
            }
        }
    }

    /// <summary>Whether an accepted connection is not closed with a refusal a moment later.</summary>
    private async Task<bool> IsKeptAsync(MarketConnection connection, CancellationToken cancellationToken)
    {
        await using (connection.ConfigureAwait(false))
        {
            if (!isRefusedAfterAccept)
            {
                return true;
            }

            Task<ReceivedMessage> first = connection.ReceiveAsync().AsTask();
            await Task.WhenAny(first, Task.Delay(SecondThoughts, services.TimeProvider, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            bool isRefused = first.IsCompleted
                && (await first.ConfigureAwait(false)).Kind == ReceivedKind.End
                && connection.End.CloseStatus == System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation;
            connection.Abort();
            await first.ConfigureAwait(false);
            return !isRefused;
        }
    }
}
