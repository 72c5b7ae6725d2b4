using System.Text;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Reading;

namespace HedgeTech.Ime.Relay.Tests.Reading;

public sealed class FeedTrackerTests
{
    private const ulong Session = 7;
    private static readonly Term Leader = new(1);
    private static readonly LogTop WithoutTheEntry = new(new LogPosition(Leader, 2, 0), new FeedPosition(Session, 1, 0), 0);
    private static readonly FeedInterrupted Interrupted = new() { Connection = 1, Contracts = ContractSet.ByName("A"), Reason = InterruptionReason.ConnectionLost };
    private static readonly FeedResumed Resumed = new() { Connection = 1, Contracts = ContractSet.ByName("A") };

    [Fact]
    public void An_interruption_that_Redis_has_lost_after_it_was_read_lasts_until_its_leader_ends_it()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        LogEntry entry = Entry(3, new FeedPosition(Session, 1, 0), Interrupted);
        tracker.Pass(entry);
        Taken(tracker).Should().Equal(EventCode.Interrupted);

        tracker.Restart(WithoutTheEntry, []);
        Taken(tracker).Should().BeEmpty("the connection is still interrupted, although the log does not say so");
        tracker.Pass(entry);
        Taken(tracker).Should().BeEmpty("the leader has written again what was read before");
        tracker.Pass(Entry(4, new FeedPosition(Session, 1, 1), Resumed));
        Taken(tracker).Should().Equal(EventCode.Resumed);
    }

    [Fact]
    public void An_interruption_that_Redis_has_lost_after_it_was_read_ends_when_another_publisher_leads()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        tracker.Pass(Entry(3, new FeedPosition(Session, 1, 0), Interrupted));
        tracker.Restart(WithoutTheEntry, []);
        Taken(tracker).Should().Equal(EventCode.Interrupted);

        tracker.Pass(Entry(4, new FeedPosition(Session + 1, 0, 0), new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("A") }));

        Taken(tracker).Should().Equal([EventCode.Resumed, EventCode.Other], "the publisher that leads now knows nothing of the interruption and will not end it");
    }

    [Fact]
    public void An_interruption_whose_end_Redis_has_lost_begins_again_when_another_publisher_leads_who_will_end_it()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        tracker.Pass(Entry(2, new FeedPosition(Session, 1, 0), Interrupted));
        tracker.Pass(Entry(3, new FeedPosition(Session, 1, 1), Resumed));
        tracker.Restart(new LogTop(new LogPosition(Leader, 2, 0), new FeedPosition(Session, 1, 1), 0, $"[{Encoding.UTF8.GetString(RelayEvents.Write(Interrupted).Bytes.Span)}]"), []);
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed);

        tracker.Pass(Entry(3, new FeedPosition(Session + 1, 0, 0), Resumed));

        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed);
    }

    [Fact]
    public void An_event_that_Redis_had_lost_after_it_was_read_is_neither_a_gap_nor_passed_again_if_it_changes_nothing()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        LogEntry connected = Entry(3, new FeedPosition(Session, 1, 0), new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("A") });
        tracker.Pass(connected);
        Taken(tracker).Should().Equal(EventCode.Other);
        tracker.Restart(WithoutTheEntry, []);

        tracker.Pass(connected);
        tracker.Restart(WithoutTheEntry, []);
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
