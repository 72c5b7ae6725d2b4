using System.Runtime.CompilerServices;
using HedgeTech.Ime.Relay;

namespace HedgeTech.Ime.Cli.Relay;

/// <summary>The events of a relay as they concern the contracts that are read. The publisher's events name all contracts of a connection.</summary>
internal static class WatchedEvents
{
    /// <summary>Streams a relay. Events name only the given contracts; those that concern none of them are left out.</summary>
    public static async IAsyncEnumerable<FeedEvent> StreamWatchedAsync(this RelaySource relay, ContractSet contracts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FeedEvent happened in relay.StreamEventsAsync(contracts, cancellationToken))
        {
            if (Of(happened, contracts) is { } watched)
            {
                yield return watched;
            }
        }
    }

    /// <summary>Returns an event with the watched ones of its contracts; null if none of them is watched.</summary>
    public static FeedEvent? Of(FeedEvent happened, ContractSet watched)
    {
        return happened switch
        {
            FeedConnected connected => Some(connected.Contracts) is { } some ? connected with { Contracts = some } : null,
            FeedInterrupted interrupted => Some(interrupted.Contracts) is { } some ? interrupted with { Contracts = some } : null,
            FeedResumed resumed => Some(resumed.Contracts) is { } some ? resumed with { Contracts = some } : null,
            FeedSilent silent => Some(silent.Contracts) is { } some ? silent with { Contracts = some } : null,
            _ => happened,
        };

        ContractSet? Some(ContractSet all) => all.Where(watched.Contains).ToArray() is { Length: > 0 } some ? new ContractSet(some) : null;
    }
}
