namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>In half of the lives, the consumer runs on the thread that reads messages, and may hold that thread.</summary>
internal sealed class FeedLifeHolds(FeedLife life, bool consumesWhereItReads)
{
    /// <summary>The interval of the watch, which equals that of the client.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(15);

    private Hold? _hold;

    /// <summary>Whether the consumer holds a thread.</summary>
    public bool IsHeld => _hold is not null;

    /// <summary>The number of threads whose role has passed to another thread while the consumer held them.</summary>
    public int HandOvers { get; private set; }

    /// <summary>Called when a thread has read data. If the consumer waits, it runs on this thread, usually for no time and sometimes for long.</summary>
    public void MayConsumeOn(FeedLifeConnection connection)
    {
        if (!consumesWhereItReads || _hold is not null || !life.Heart.HasEvents)
        {
            return;
        }

        connection.Role.Lend(connection.Thread);
        if (life.Random.Next(4) > 0)
        {
            life.Consume(int.MaxValue);
            FeedLifeConsumer.Require(connection.Role.Reclaim(connection.Thread), "a thread that the consumer held for no time continues to read");
            return;
        }

        life.Consume(1);
        _hold = new Hold(connection, connection.Thread, life.Clock.Now.AddMilliseconds(life.Random.Next(1, 200)));
        life.Record.Note($"the consumer holds thread {_hold.Thread}");
    }

    /// <summary>Does the work of the client's watch at its interval, and ends a hold.</summary>
    public void Watch()
    {
        Hold hold = _hold!;
        if (hold.Connection.Role.TryTransfer(out long thread))
        {
            hold.Connection.Thread = thread;
            HandOvers++;
            life.Record.Note($"thread {hold.Thread} now belongs to the consumer, thread {thread} reads");
        }

        FeedLifeConsumer.Require(++hold.Looks < 2 || hold.Connection.IsRead, "another thread reads the connection while the consumer is slow");
        if (life.Clock.Now >= hold.Until)
        {
            life.Consume(int.MaxValue);
            _hold = null;
            bool isWanted = hold.Connection.Role.Reclaim(hold.Thread);
            FeedLifeConsumer.Require(isWanted == (hold.Connection.Thread == hold.Thread), "exactly one thread continues to read");
            FeedLifeConsumer.Require(hold.Connection.IsRead, "a connection is read while the consumer holds no thread");
        }
    }

    /// <summary>The consumer runs on a thread that reads a connection.</summary>
    private sealed record Hold(FeedLifeConnection Connection, long Thread, DateTimeOffset Until)
    {
        public int Looks { get; set; }
    }
}
