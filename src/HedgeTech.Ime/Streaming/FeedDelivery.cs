namespace HedgeTech.Ime;

/// <summary>What a feed keeps for a consumer that is slower than the market.</summary>
public enum FeedDelivery
{
    /// <summary>Every snapshot, up to <see cref="FeedOptions.Capacity"/>. Beyond that, <see cref="FeedOptions.Overflow"/> decides.</summary>
    EverySnapshot,

    /// <summary>Only the newest waiting snapshot of each contract. For screens and checks that only need the current state.</summary>
    LatestPerContract,
}
