using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>Records a life of a feed: a digest of every event, decision and log entry, and a diary if a single life is replayed.</summary>
internal sealed class FeedLifeRecord(FeedLifeClock clock, Action<string>? diary)
{
    private readonly FeedLifeDigest _digest = new();

    /// <summary>The digest of the whole life. Lives with the same events, decisions and log entries have the same digest.</summary>
    public ulong Digest => _digest.Value;

    /// <summary>Adds a decision or a log entry.</summary>
    public void Add(string what)
    {
        _digest.Add(clock.Now.Ticks);
        _digest.Add(what);
    }

    /// <summary>Adds an event that the consumer took.</summary>
    public void Add(FeedEvent taken)
    {
        if (taken is MarketSnapshot snapshot)
        {
            // Adds the number of the snapshot, because its text would cost more than the life itself.
            _digest.Add(snapshot.ReceivedAt.Ticks);
            _digest.Add(snapshot.Contract.Value);
            _digest.Add(snapshot.Aggregate.TradeCount);
        }
        else
        {
            Add(taken.ToString());
        }
    }

    /// <summary>Adds the waiting log entries.</summary>
    public void AddLog(FeedSupervisor heart)
    {
        while (true)
        {
            if (heart.TryTakeAnnouncement(out FeedEvent? announcement))
            {
                Add($"log {announcement}");
            }
            else if (heart.TryTakeDiagnostic(out (FeedDiagnostic Diagnostic, int Connection) diagnostic))
            {
                Add($"log {diagnostic.Diagnostic} {diagnostic.Connection}");
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Writes to the diary.</summary>
    public void Note(FormattableString what) => diary?.Invoke(FormattableString.Invariant($"{clock.Now:mm:ss.fff} {what}"));
}
