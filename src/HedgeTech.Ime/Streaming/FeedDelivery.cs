namespace HedgeTech.Ime;

/// <summary>What a feed keeps for a consumer that is slower than the market.</summary>
public enum FeedDelivery
{
    /// <summary>Every snapshot, up to <see cref="FeedOptions.Capacity"/>; then <see cref="FeedOptions.Overflow"/> decides.</summary>
    EverySnapshot,

    /// <summary>One waiting snapshot per contract, the newest. For screens and checks that want the present state only.</summary>
    LatestPerContract,
}
