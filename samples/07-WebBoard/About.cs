namespace WebBoard;

/// <summary>What the page shows beyond the board.</summary>
/// <param name="IsSimulated">Whether the market is simulated.</param>
/// <param name="Outages">The newest outages, newest first.</param>
internal sealed record About(bool IsSimulated, IReadOnlyList<Outage> Outages);
