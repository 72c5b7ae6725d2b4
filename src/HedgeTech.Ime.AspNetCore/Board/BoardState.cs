namespace HedgeTech.Ime.AspNetCore.Board;

/// <summary>The state of a board at one moment. Immutable.</summary>
/// <param name="Version">Counts the changes of rows and of the feed's state.</param>
/// <param name="Feed">The state of the feed.</param>
/// <param name="Rows">The contracts that have a snapshot, by commodity and month of delivery.</param>
internal sealed record BoardState(long Version, FeedState Feed, IReadOnlyList<BoardRow> Rows);
