namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>What waits for the log: events that are announced, and diagnostics that only the log reports.</summary>
internal sealed class FeedJournal
{
    private readonly Queue<FeedEvent> _announcements = new();
    private readonly Queue<(FeedDiagnostic Diagnostic, int Connection)> _diagnostics = new();

    public bool IsEmpty => _announcements.Count == 0 && _diagnostics.Count == 0;

    public void Add(FeedEvent announced) => _announcements.Enqueue(announced);

    public void Add(FeedDiagnostic diagnostic, Shard shard) => _diagnostics.Enqueue((diagnostic, shard.Number));

    public bool TryTake(out FeedEvent? announced) => _announcements.TryDequeue(out announced);

    public bool TryTake(out (FeedDiagnostic Diagnostic, int Connection) diagnostic) => _diagnostics.TryDequeue(out diagnostic);
}

/// <summary>Something for the log alone: no event for the consumer.</summary>
internal enum FeedDiagnostic
{
    /// <summary>The service does not allow two connections or two tokens at a time. From now on a new token means a reconnect.</summary>
    RotationGivenUp,

    /// <summary>The service does not allow two connections at a time. The feed continues with one.</summary>
    RedundancyGivenUp,

    /// <summary>A redundant line is refused while another is accepted.</summary>
    RedundancyRefused,

    /// <summary>A line fell too far behind the others, and is closed and opened again.</summary>
    LineLagged,

    /// <summary>A line brings nothing while another does.</summary>
    LineMute,
}
