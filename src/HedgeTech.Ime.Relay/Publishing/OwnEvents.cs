using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Makes the events that a publisher adds to those of its line.</summary>
internal sealed class OwnEvents(ContractSet contracts, TimeProvider timeProvider)
{
    /// <summary>Something may be missing since the last leader.</summary>
    /// <param name="isFirst">Whether there was no leader before.</param>
    /// <param name="isAgain">Whether this publisher was the last leader.</param>
    public FeedInterrupted Interrupted(bool isFirst, bool isAgain) => new()
    {
        Connection = 0,
        Contracts = contracts,
        Reason = InterruptionReason.ConnectionLost,
        Description = isFirst ? "The first publisher of the relay starts."
            : isAgain ? "Redis lost data of the relay, or did not answer its publisher, which leads again now."
            : "Another publisher of the relay took over.",
        ReceivedAt = timeProvider.GetUtcNow(),
    };

    /// <summary>This publisher brings messages from here on.</summary>
    /// <param name="interrupted">What <see cref="Interrupted"/> returned.</param>
    /// <param name="before">How long the log had brought nothing before.</param>
    /// <param name="earlier">What earlier publishers have interrupted and not resumed.</param>
    public OutItem Resumed(FeedInterrupted interrupted, TimeSpan before, OpenInterruptions earlier)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        DateTimeOffset since = earlier.All.Where(static open => open.Connection == 0).Select(static open => open.ReceivedAt).Append(interrupted.ReceivedAt - before).Min();
        return Item(new FeedResumed { Connection = 0, Contracts = contracts, Reason = interrupted.Reason, Gap = now > since ? now - since : TimeSpan.Zero, Attempts = 1, ReceivedAt = now });
    }

    /// <summary>An interruption is over because the line that it was of is gone.</summary>
    public OutItem End(FeedInterrupted interrupted) => new(RelayEvents.End(interrupted, timeProvider.GetUtcNow()), null);

    public static OutItem Item(FeedEvent feedEvent) => new(RelayEvents.Write(feedEvent), null);
}
