using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// Finds the contracts at fault in a refused set by asking for parts of it, because the service does not name them. It finds one contract at fault by
/// halving, does not ask again for contracts that are known to be right, and asks for the rest as a whole.
/// </summary>
/// <remarks>For k contracts at fault of n, this takes at most k·(⌈log₂n⌉ + 1) handshakes.</remarks>
internal sealed class RefusalProbe(FeedServices services, bool isRefusedAfterAccept)
{
    /// <summary>If this many contracts, far apart, are refused one by one and none is accepted, none will be.</summary>
    private const int Samples = 8;
    private const int Tries = 3;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a service may take to refuse a connection that it has accepted.</summary>
    private static readonly TimeSpan SecondThoughts = TimeSpan.FromSeconds(1);

    private readonly List<ContractKey> _atFault = [];
    private bool _anyAccepted;
    private bool _anyRefused;

    /// <summary>Probes a set that was refused as a whole. Throws only if cancelled: a verdict that could not be completed says so.</summary>
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

    /// <summary>Finds one contract at fault in a set that is known to contain one. Returns the contracts that are still untested.</summary>
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

        // A conclusion from the other answers alone is only trusted if the service has refused something.
        if (_anyRefused || !await IsAcceptedAsync(refused, cancellationToken).ConfigureAwait(false))
        {
            _atFault.Add(refused[0]);
        }

        return unknown;
    }

    /// <summary>Tries some contracts that are far apart, and removes those from the suspects.</summary>
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
            catch (HandshakeException refusal) when (RefusalPolicy.IsRefusal(refusal.Status))
            {
                _anyRefused = true;
                return false;
            }
            catch (HandshakeException) when (tries < Tries)
            {
                // The attempt was not refused, it only failed for now, so try again.
            }
        }
    }

    /// <summary>Whether an accepted connection stays open and is not refused a moment later.</summary>
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
