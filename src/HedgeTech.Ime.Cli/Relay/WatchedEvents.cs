using System.Runtime.CompilerServices;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Relay;

/// <summary>The events of a relay as they concern the contracts that are read. The publisher's events name all contracts of a connection.</summary>
internal sealed class WatchedEvents(ContractSet watched)
{
    private readonly Dictionary<int, ContractSet> _interrupted = [];

    /// <summary>Streams a relay. Events name only the given contracts; those that concern none of them are left out.</summary>
    public static async IAsyncEnumerable<FeedEvent> StreamAsync(RelaySource relay, ContractSet contracts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WatchedEvents watched = new(contracts);
        await foreach (FeedEvent happened in relay.StreamEventsAsync(contracts, cancellationToken))
        {
            if (watched.Of(happened) is { } concerning)
            {
                yield return concerning;
            }
        }
    }

    /// <summary>Returns an event with the watched ones of its contracts; null if none of them is watched. The end of an interruption that was passed on is always passed on: the connection may have other contracts by then.</summary>
    public FeedEvent? Of(FeedEvent happened)
    {
        return happened switch
        {
            FeedConnected connected => Some(connected.Contracts) is { } some ? connected with { Contracts = some } : null,
            FeedInterrupted interrupted => Some(interrupted.Contracts) is { } some ? interrupted with { Contracts = _interrupted[interrupted.Connection] = some } : null,
            FeedResumed resumed => (_interrupted.Remove(resumed.Connection, out ContractSet? before) ? Some(resumed.Contracts) ?? before : Some(resumed.Contracts)) is { } some ? resumed with { Contracts = some } : null,
            FeedSilent silent => Some(silent.Contracts) is { } some ? silent with { Contracts = some } : null,
            _ => happened,
        };

        ContractSet? Some(ContractSet all) => all.Where(watched.Contains).ToArray() is { Length: > 0 } some ? new ContractSet(some) : null;
    }
}
