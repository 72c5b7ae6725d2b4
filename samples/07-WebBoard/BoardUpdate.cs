namespace WebBoard;

/// <summary>One message to a browser.</summary>
/// <param name="Status">The status of the feed.</param>
/// <param name="Contracts">The contracts of the board, in order; null except in the first message.</param>
/// <param name="Outages">The newest outages; null if they have not changed.</param>
/// <param name="Rows">The contracts that have changed.</param>
internal sealed record BoardUpdate(BoardStatus Status, IReadOnlyList<string>? Contracts, IReadOnlyList<Outage>? Outages, IReadOnlyList<ContractRow> Rows);

/// <summary>The status of the feed.</summary>
/// <param name="State">A <c>FeedState</c>.</param>
/// <param name="Now">The time of the server, from which the page computes ages.</param>
/// <param name="IsSimulated">Whether the market is simulated.</param>
/// <param name="Received">Snapshots received so far.</param>
/// <param name="Dropped">Snapshots dropped because this server was too slow.</param>
/// <param name="Rejected">Messages rejected so far.</param>
/// <param name="Interruptions">Outages so far.</param>
/// <param name="SilentContracts">The number of contracts announced as silent.</param>
/// <param name="Interrupted">The contracts whose connection is interrupted.</param>
internal sealed record BoardStatus(
    string State, DateTimeOffset Now, bool IsSimulated, long Received, long Dropped, long Rejected, long Interruptions, int SilentContracts, IReadOnlyList<string> Interrupted);
