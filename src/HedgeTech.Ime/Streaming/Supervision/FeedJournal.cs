namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>What waits for the log: events that are announced, and notices that only the log reports.</summary>
internal sealed class FeedJournal
{
    private readonly Queue<FeedEvent> _announcements = new();
    private readonly Queue<(FeedNotice Notice, int Connection)> _notices = new();

    public bool IsEmpty => _announcements.Count == 0 && _notices.Count == 0;

    public void Add(FeedEvent announced) => _announcements.Enqueue(announced);

    public void Add(FeedNotice notice, Shard shard) => _notices.Enqueue((notice, shard.Number));

    public bool TryTake(out FeedEvent? announced) => _announcements.TryDequeue(out announced);

    public bool TryTake(out (FeedNotice Notice, int Connection) noted) => _notices.TryDequeue(out noted);
}
