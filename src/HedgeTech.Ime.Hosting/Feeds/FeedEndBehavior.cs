namespace HedgeTech.Ime.Hosting;

/// <summary>What happens to the host when a hosted feed ends unexpectedly. In both cases the end is logged as critical and the health check is unhealthy.</summary>
public enum FeedEndBehavior
{
    /// <summary>The host stops, and its run method throws the exception that ended the feed.</summary>
    StopHost,

    /// <summary>The host keeps running. The board keeps its last state, marked as interrupted.</summary>
    KeepRunning,
}
