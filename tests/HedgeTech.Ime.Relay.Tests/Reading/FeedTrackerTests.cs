using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Tests.Reading;

public sealed class FeedTrackerTests
{
    private const ulong Session = 7;
    private static readonly Term Leader = new(1);

    [Fact]
    public void An_interruption_that_Redis_had_lost_and_the_leader_writes_again_is_announced_again()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        LogEntry entry = Entry(3, new FeedPosition(Session, 1, 0), new FeedInterrupted { Connection = 1, Contracts = ContractSet.ByName("A"), Reason = InterruptionReason.ConnectionLost });
        tracker.Pass(entry);
        tracker.Restart(new LogTop(new LogPosition(Leader, 2, 0), new FeedPosition(Session, 1, 0), 0), []); // without the entry
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed);

        tracker.Pass(entry);

        Taken(tracker).Should().Equal(EventCode.Interrupted);
    }

    [Fact]
    public void An_event_that_Redis_had_lost_after_it_was_read_is_neither_a_gap_nor_passed_again_if_it_changes_nothing()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        LogEntry connected = Entry(3, new FeedPosition(Session, 1, 0), new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("A") });
        tracker.Pass(connected);
        Taken(tracker).Should().Equal(EventCode.Other);
        tracker.Restart(new LogTop(new LogPosition(Leader, 2, 0), new FeedPosition(Session, 1, 0), 0), []); // without the entry

        tracker.Pass(connected);
        tracker.Restart(new LogTop(new LogPosition(Leader, 2, 0), new FeedPosition(Session, 1, 0), 0), []);
        tracker.Pass(Entry(4, new FeedPosition(Session, 1, 1), new FeedConnected { Connection = 2, Contracts = ContractSet.ByName("A") }));

        Taken(tracker).Should().Equal(EventCode.Other);
    }

    private static LogEntry Entry(long number, FeedPosition before, FeedEvent feedEvent) =>
        LogEntry.Read(number, 0, LogEntry.WriteHeader(Leader, before, [RelayEvents.Write(feedEvent)]), default)!;

    private static List<EventCode> Taken(FeedTracker tracker)
    {
        List<EventCode> taken = [];
        while (tracker.Ready.TryDequeue(out ReadItem item))
        {
            taken.Add((EventCode)item.Item.Contract);
        }

        return taken;
    }
}
