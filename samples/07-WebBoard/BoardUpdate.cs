namespace WebBoard;

/// <summary>One message to a browser.</summary>
/// <param name="Status">How the feed is.</param>
/// <param name="Contracts">What the board holds, in order; null but in the first message.</param>
/// <param name="Outages">The newest outages; null if there is nothing new.</param>
/// <param name="Rows">The contracts that have changed.</param>
internal sealed record BoardUpdate(BoardStatus Status, IReadOnlyList<string>? Contracts, IReadOnlyList<Outage>? Outages, IReadOnlyList<ContractRow> Rows);

/// <summary>How the feed is.</summary>
/// <param name="State">A <c>FeedState</c>.</param>
/// <param name="Now">The server's clock, by which the page reckons ages.</param>
/// <param name="IsSimulated">Whether the market is not the real one.</param>
/// <param name="Received">Snapshots so far.</param>
/// <param name="Dropped">Snapshots that the server was too slow for.</param>
/// <param name="Rejected">Messages that could not be read.</param>
/// <param name="Interruptions">Outages so far.</param>
/// <param name="SilentContracts">How many contracts are announced as silent.</param>
/// <param name="Interrupted">The contracts whose connection is down.</param>
internal sealed record BoardStatus(
    string State, DateTimeOffset Now, bool IsSimulated, long Received, long Dropped, long Rejected, long Interruptions, int SilentContracts, IReadOnlyList<string> Interrupted);
