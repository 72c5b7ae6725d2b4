using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>An arbiter and its lines. A message is a number, which sets its trade count and its timestamp in seconds.</summary>
internal sealed class ArbitratedLines
{
    public static readonly DateTimeOffset Start = new(2025, 11, 15, 10, 0, 0, TimeSpan.FromHours(3.5));

    public Arbiter Arbiter { get; } = new(bound: 8);

    public Shard Shard { get; } = new(1, ContractSet.ByName("C", "D"), new SilenceWatch(new FeedOptions()));

    /// <summary>The delivered messages that no method has returned yet.</summary>
    public List<HeldMessage> Due { get; } = [];

    /// <summary>The number of messages that came too late.</summary>
    public int Late { get; set; }

    public (Line First, Line Second) TwoLinesInStep()
    {
        Line first = Join();
        return (first, JoinInStep(first));
    }

    public Line JoinInStep(params Line[] others)
    {
        Line line = Join();
        foreach (Line each in others.Append(line))
        {
            Receive(each, -1, 0);
        }

        Arbiter.Remembered.Should().Be(0);
        return line;
    }

    public Line Join()
    {
        Line line = new(Shard.Slots[0], new AccessToken("t", null), default);
        Arbiter.Join(line);
        return line;
    }

    public int[] Receive(Line line, params int[] messages)
    {
        foreach (int message in messages)
        {
            Late += Arbiter.Receive(line, new HeldMessage(Message(message), Received(message)), Due);
        }

        return TakeDue();
    }

    public int[] ReceiveWithoutTime(Line line, params int[] messages)
    {
        foreach (int message in messages)
        {
            Late += Arbiter.Receive(line, new HeldMessage(Message(message) with { Timestamp = default, Unavailable = SnapshotFields.Timestamp }, default), Due);
        }

        return TakeDue();
    }

    public int[] Leave(Line line)
    {
        Late += Arbiter.Leave(line, Due);
        return TakeDue();
    }

    public int[] Release(TimeSpan before)
    {
        Late += Arbiter.Release(before, Due);
        return TakeDue();
    }

    private int[] TakeDue()
    {
        int[] due = [.. Due.Select(static due => (int)due.Message.Aggregate.TradeCount)];
        Due.Clear();
        return due;
    }

    public static MarketSnapshot Message(int number, string contract = "C") => new()
    {
        Contract = ContractKey.Name(contract),
        Timestamp = Start.AddSeconds(number),
        Aggregate = new Aggregate { TradeCount = number },
    };

    /// <summary>Returns the time of receipt of a message from its number.</summary>
    public static TimeSpan Received(int number) => TimeSpan.FromSeconds(number + 1);
}
