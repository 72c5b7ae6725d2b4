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

        tracker.Pass(Entry(4, new FeedPosition(Session + 1, 0, 0)));

        Taken(tracker).Should().Equal([EventCode.Resumed], "the publisher that leads now knows nothing of the interruption and will not end it");
    }

    [Fact]
    public void An_interruption_whose_end_Redis_has_lost_begins_again_when_another_publisher_leads_who_will_end_it()
    {
        FeedTracker tracker = AfterAnOutage();
        tracker.Restart(InterruptedTop(events: 1), []);
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

    [Fact]
    public void Interruptions_that_their_leader_states_again_after_Redis_lost_them_are_passed_once()
    {
        FeedInterrupted other = Interrupted with { Connection = 2 };
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        tracker.Pass(Entry(3, new FeedPosition(Session, 1, 0), Interrupted, other));
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Interrupted);

        tracker.Restart(WithoutTheEntry, []);
        tracker.Pass(Entry(4, new FeedPosition(Session, 1, 2), Interrupted));
        tracker.Pass(Entry(5, new FeedPosition(Session, 1, 3), other));
        Taken(tracker).Should().BeEmpty("an outage is one interruption");

        tracker.Pass(Entry(6, new FeedPosition(Session, 1, 4), Resumed));
        Taken(tracker).Should().Equal(EventCode.Resumed);
    }

    [Fact]
    public void The_end_of_an_interruption_that_its_leader_states_again_after_Redis_lost_it_is_passed_once()
    {
        FeedTracker tracker = AfterAnOutage();
        tracker.Restart(InterruptedTop(events: 1), []);
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed);

        tracker.Pass(Entry(4, new FeedPosition(Session, 1, 2), Resumed));

        Taken(tracker).Should().BeEmpty("an outage is one interruption and one end");
    }

    [Fact]
    public void An_end_that_its_leader_states_again_is_passed_once_also_if_as_many_events_were_written_again_as_Redis_had_lost()
    {
        FeedConnected connected = new() { Connection = 1, Contracts = ContractSet.ByName("A") };
        FeedTracker tracker = AfterAnOutage();
        tracker.Restart(new LogTop(new LogPosition(Leader, 4, 0), new FeedPosition(Session, 1, 3), 0, "[]"), []);
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed);

        tracker.Pass(Entry(5, new FeedPosition(Session, 1, 3), connected, Resumed));

        Taken(tracker).Should().Equal([EventCode.Other], "an outage is one interruption and one end");
    }

    [Fact]
    public void An_interruption_whose_end_Redis_has_lost_stays_ended_if_its_leader_has_written_a_later_event_again()
    {
        FeedConnected connected = new() { Connection = 1, Contracts = ContractSet.ByName("A") };
        FeedTracker tracker = AfterAnOutage();
        tracker.Pass(Entry(4, new FeedPosition(Session, 1, 2), connected));
        tracker.Restart(InterruptedTop(events: 1), []);
        tracker.Pass(Entry(4, new FeedPosition(Session, 1, 2), connected));
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed, EventCode.Other);

        tracker.Pass(Entry(5, new FeedPosition(Session + 1, 0, 0), connected));

        Taken(tracker).Should().Equal([EventCode.Other], "the log says behind an entry with events all that is interrupted, and the publisher that leads now will end nothing");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_interruption_that_was_read_ends_if_Redis_has_lost_it_and_its_end_and_the_next_one_is_passed(int connection)
    {
        FeedInterrupted interrupted = Interrupted with { Connection = connection };
        FeedResumed resumed = Resumed with { Connection = connection };
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        tracker.Pass(Entry(3, new FeedPosition(Session, 1, 0), interrupted));
        tracker.Restart(WithoutTheEntry, []);
        Taken(tracker).Should().Equal(EventCode.Interrupted);

        tracker.Pass(Entry(3, new FeedPosition(Session, 1, 2)));

        ReadKind[] gap = connection == 0 ? [ReadKind.Broken, ReadKind.Interrupted] : [ReadKind.Broken, ReadKind.Interrupted, ReadKind.Resumed];
        tracker.Ready.Select(static item => item.Kind).Should().Equal([.. gap, ReadKind.Event]);
        Taken(tracker).Last().Should().Be(EventCode.Resumed, "the leader has ended it, and states no end again that nobody lacks by the log");
        tracker.IsInterrupted.Should().BeFalse();

        tracker.Pass(Entry(4, new FeedPosition(Session, 1, 2), interrupted));
        tracker.Pass(Entry(5, new FeedPosition(Session, 1, 3), resumed));
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed);
    }

    [Fact]
    public void An_interruption_that_Redis_loses_before_a_reader_that_skipped_entries_comes_to_it_ends()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        LogRange range = new(tracker);
        LogPosition position = new(Leader, 2, 0);
        LogTop end = InterruptedTop(events: 1) with { Position = new LogPosition(Leader, 5, 0) };
        LogEntry kept = Entry(4, new FeedPosition(Session, 1, 0)); // 3 was removed, and 5 is not read yet
        range.Continue(new ReaderAnswer(end, [kept], []), ref position).Should().BeNull();
        range.Continue(new ReaderAnswer(end, [kept], []), ref position).Should().BeNull();
        Taken(tracker).Should().Equal(EventCode.Interrupted);
        Read();

        range.Continue(new ReaderAnswer(end with { Position = new LogPosition(Leader, 6, 0) }, [], []), ref position);
        Taken(tracker).Should().BeEmpty("the log has the interruption");
        range.Continue(new ReaderAnswer(new LogTop(new LogPosition(new Term(2), 6, 0), new FeedPosition(Session + 1, 0, 0), 0), [], []), ref position);

        Taken(tracker).Should().Equal([EventCode.Resumed], "another publisher leads, and by the log nothing is interrupted");

        void Read()
        {
            while (range.TryTake(out LogEntry? entry))
            {
                position = entry.Position;
                tracker.Pass(entry);
            }
        }
    }

    [Fact]
    public void The_end_of_an_interruption_that_Redis_has_lost_is_not_passed_to_a_reader_that_comes_back_from_another_leader()
    {
        FeedTracker tracker = AfterAnOutage();
        tracker.Pass(Entry(4, new FeedPosition(Session + 1, 0, 0)));
        tracker.Restart(new LogTop(new LogPosition(Leader, 4, 0), new FeedPosition(Session, 1, 3), 0), []);
        Taken(tracker).Should().Equal(EventCode.Interrupted, EventCode.Resumed);

        tracker.Pass(Entry(5, new FeedPosition(Session, 1, 3), Resumed));

        Taken(tracker).Should().BeEmpty("by the log nothing was interrupted");
    }

    [Fact]
    public void An_older_message_does_not_follow_one_that_Redis_has_lost_after_it_was_read()
    {
        LogItem message = new(false, 0, 0, "{}"u8.ToArray());
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 0, 0));
        tracker.Pass(LogEntry.Read(3, 0, LogEntry.WriteHeader(Leader, new FeedPosition(Session, 0, 0), [message]), message.Bytes)!);
        tracker.Ready.Clear();

        // Of the leader that took over without a gap, the log has only that it leads.
        LogTop top = new(new LogPosition(Leader, 2, 0), new FeedPosition(Session, 0, 0), 0);
        tracker.Restart(top, [new LastValue(1, Session - 1, 9, message), new LastValue(1, Session - 1, 8, message with { Contract = 1 })]);

        tracker.Ready.Select(static item => (item.Kind, item.Item.Contract)).Should().Equal([(ReadKind.State, 1)], "only of the other contract is nothing newer known");
    }

    /// <summary>A tracker that has passed an interruption and its end: two events.</summary>
    private static FeedTracker AfterAnOutage()
    {
        FeedTracker tracker = new();
        tracker.StartAt(new FeedPosition(Session, 1, 0));
        tracker.Pass(Entry(2, new FeedPosition(Session, 1, 0), Interrupted));
        tracker.Pass(Entry(3, new FeedPosition(Session, 1, 1), Resumed));
        return tracker;
    }

    private static LogTop InterruptedTop(long events) =>
        new(new LogPosition(Leader, 2, 0), new FeedPosition(Session, 1, events), 0, $"[{Encoding.UTF8.GetString(RelayEvents.Write(Interrupted).Bytes.Span)}]");

    private static LogEntry Entry(long number, FeedPosition before, params FeedEvent[] events) =>
        LogEntry.Read(number, 0, LogEntry.WriteHeader(Leader, before, [.. events.Select(RelayEvents.Write)]), default)!;

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
