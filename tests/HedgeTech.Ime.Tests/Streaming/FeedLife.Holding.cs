namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The consumer runs on a thread that reads a connection.</summary>
internal sealed record FeedLifeHold(FeedLifeConnection Connection, long Thread, DateTimeOffset Until)
{
    /// <summary>As the client does.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(15);

    public int Looks { get; set; }
}

/// <content>In half of the lives the consumer runs where messages are read, and may hold that thread.</content>
internal sealed partial class FeedLife
{
    /// <summary>Threads whose role has passed to another while the consumer held them.</summary>
    public int HandOvers { get; private set; }

    /// <summary>A thread has read something: if the consumer waits, it runs there, mostly for no time and sometimes for long.</summary>
    public void MayConsumeOn(FeedLifeConnection connection)
    {
        if (!_consumesWhereItReads || _hold is not null || !Heart.HasEvents)
        {
            return;
        }

        connection.Role.Lend(connection.Thread);
        if (Random.Next(4) > 0)
        {
            Consume(int.MaxValue);
            FeedLifeConsumer.Require(connection.Role.Reclaim(connection.Thread), "a thread that was held for no time goes on reading");
            return;
        }

        Consume(1);
        _hold = new FeedLifeHold(connection, connection.Thread, Now.AddMilliseconds(Random.Next(1, 200)));
        Note($"the consumer holds thread {_hold.Thread}");
    }

    /// <summary>What the client's watch does at its interval, and the end of a hold.</summary>
    private void WatchHold()
    {
        FeedLifeHold hold = _hold!;
        if (hold.Connection.Role.TryTransfer(out long thread))
        {
            hold.Connection.Thread = thread;
            HandOvers++;
            Note($"thread {hold.Thread} is the consumer's, {thread} reads");
        }

        FeedLifeConsumer.Require(++hold.Looks < 2 || hold.Connection.IsRead, "no connection goes unread while the consumer takes its time");
        if (Now >= hold.Until)
        {
            Consume(int.MaxValue);
            _hold = null;
            bool isWanted = hold.Connection.Role.Reclaim(hold.Thread);
            FeedLifeConsumer.Require(isWanted == (hold.Connection.Thread == hold.Thread), "exactly one thread reads on");
            FeedLifeConsumer.Require(hold.Connection.IsRead, "a connection is read when nobody is held");
        }
    }
}
