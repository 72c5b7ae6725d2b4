namespace HedgeTech.Ime.Cli.Watch;

/// <summary>What the screen of <c>ime watch</c> shows: a live stream, or a recording.</summary>
internal interface IWatched
{
    /// <summary>The contracts, in the order of the rows.</summary>
    ContractSet Contracts { get; }

    /// <summary>Where the data comes from, for the title.</summary>
    string Source { get; }

    /// <summary>The time by the clock of the data, UTC.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Whether it is a recording; the screen then stays when it is over.</summary>
    bool IsRecorded { get; }

    /// <summary>The stream.</summary>
    IAsyncEnumerable<FeedEvent> ReadEventsAsync(CancellationToken cancellationToken);

    /// <summary>Adds to the health what the events do not tell.</summary>
    FeedHealth Complete(FeedHealth health);

    /// <summary>Does what a key says, if it is one of its own.</summary>
    bool Press(ConsoleKeyInfo key);
}
