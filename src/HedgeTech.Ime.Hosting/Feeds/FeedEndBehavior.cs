namespace HedgeTech.Ime.Hosting;

/// <summary>What happens to the host when a hosted feed ends though nobody asked it to. Either way it is logged as critical and the health check is unhealthy.</summary>
public enum FeedEndBehavior
{
    /// <summary>The host stops, and running it ends with the exception that ended the feed.</summary>
    StopHost,

    /// <summary>The host goes on; the board keeps its last state, marked as interrupted.</summary>
    KeepRunning,
}
