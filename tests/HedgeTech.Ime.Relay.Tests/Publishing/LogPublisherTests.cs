using System.Text;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Tests.Lives;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Relay.Tests.Publishing;

/// <summary>Tests what a new leader publishes, and in which order.</summary>
public sealed class LogPublisherTests
{
    private static readonly RelaySettings Settings = RelaySettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), 256 << 20, ["name:A", "name:B"]);
    private static readonly Term Other = new(100);
    private const long MaximumBytes = 100; // that may wait for the comparison

    private ModelRedis _redis = new();
    private readonly LogReader _reader = new(new PushRing(), TimeSpan.FromSeconds(20), TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new();
    private readonly OwnEvents _events;
    private readonly LogPublisher _hot;
    private readonly LogPublisher _warm;
    private ulong _last;
    private int _subscription;

    public LogPublisherTests()
    {
        _events = new OwnEvents(ContractSet.ByName("A", "B"), _clock);
        PublisherIdentity identity = new(1, () => new Term(++_last), () => ++_last);
        _hot = new LogPublisher(Settings, identity, _events, new HotStandby(_reader, new LinePairing(MaximumBytes), Settings.Lease, static _ => null));
        _warm = new LogPublisher(Settings, identity, _events);
    }

    [Fact]
    public void A_hot_standby_that_leads_tells_readers_of_its_session_before_its_first_message()
    {
        TakeOver();

        // A reader that saw an interruption which Redis has lost learns from this that its leader is gone, and nobody else will end it.
        LogEntry last = _redis.Entries.Last();
        (last.Kind, last.Position.Term, last.Items.Count).Should().Be((EntryKind.Items, _hot.Term, 0));
        _redis.Top!.Value.Feed.Session.Should().Be(last.Before.Session).And.NotBe(7);
        _hot.OldestReceivedAt.Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reader_that_starts_after_a_takeover_in_a_quiet_market_is_told_that_messages_may_be_missing_only_if_that_is_so(bool isHot)
    {
        if (isHot)
        {
            TakeOver();
        }
        else
        {
            Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(2));
            Run(new PublishRequest(Other, 2, new FeedPosition(7, 0, 0), [Message(0, "A 1").Item]), At(2));
            Perform(_warm, At(4)).Should().Equal("FeedInterrupted 0");
            _warm.LineIsUp(_warm.LineNumber, isUp: true, isKnown: true, At(4.5));
        }

        // Nothing has come of A since the takeover.
        (isHot ? _hot : _warm).LineMessage(isHot ? 0 : _warm.LineNumber, Message(1, "B 1"), At(5));
        Perform(isHot ? _hot : _warm, At(5)).Should().EndWith("B 1");

        ReadFromNow().Should().Equal(isHot ? [ReadKind.State, ReadKind.State] : [ReadKind.State, ReadKind.State, ReadKind.Broken, ReadKind.Interrupted, ReadKind.Resumed]);
    }

    [Fact]
    public void A_reader_that_starts_is_told_that_messages_may_be_missing_behind_one_that_an_event_followed()
    {
        Perform(_warm, At(0));
        Perform(_warm, At(1));
        _warm.LineIsUp(_warm.LineNumber, isUp: true, isKnown: true, At(1.1));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 1"), At(1.1));
        _warm.LineMessage(_warm.LineNumber, Message(1, "B 1"), At(1.1));
        Perform(_warm, At(1.1));
        ReadFromNow().Should().Equal(ReadKind.State, ReadKind.State);

        // All of this is sent together.
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 2"), At(1.2));
        _warm.LineEvent(_warm.LineNumber, OwnEvents.Item(Interrupted(1, "A")), At(1.2));
        _warm.LineEvent(_warm.LineNumber, OwnEvents.Item(new FeedResumed { Connection = 1, Contracts = ContractSet.ByName("A") }), At(1.2));
        _warm.LineMessage(_warm.LineNumber, Message(1, "B 2"), At(1.2));
        Perform(_warm, At(1.2)).Should().Equal("A 2", "FeedInterrupted 1", "FeedResumed 1", "B 2");
        ReadFromNow().Should().Equal(ReadKind.State, ReadKind.State, ReadKind.Broken, ReadKind.Interrupted, ReadKind.Resumed);

        _warm.LineMessage(_warm.LineNumber, Message(0, "A 3"), At(1.3));
        Perform(_warm, At(1.3));
        ReadFromNow().Should().Equal(ReadKind.State, ReadKind.State);
    }

    [Fact]
    public void A_new_leader_publishes_nothing_ahead_of_an_older_message_of_another_contract_that_it_holds_back()
    {
        TakeOver();

        _hot.LineMessage(0, Message(0, "A 2"), At(3.1));
        _hot.LineMessage(0, Message(1, "B 1"), At(3.2));

        // Another standby would conclude from the message of B that the log has everything before it.
        Perform(_hot, At(3.3)).Should().NotContain("B 1");

        Perform(_hot, At(3.6)).Should().Equal("A 2", "B 1");
    }

    [Fact]
    public void A_new_leader_holds_back_only_as_much_as_it_can_keep()
    {
        TakeOver();
        string[] messages = ["A 2", .. Enumerable.Range(1, 60).Select(static i => $"B {i}")];

        List<string> sent = [];
        foreach (string message in messages)
        {
            _hot.LineMessage(0, Message((ushort)(message[0] - 'A'), message), At(3.1));
            sent.AddRange(Perform(_hot, At(3.1)));
        }

        sent.AddRange(Perform(_hot, At(3.6)));
        sent.Should().Equal(messages);
    }

    [Fact]
    public void A_new_leader_that_is_stopped_publishes_what_it_holds_back_before_it_gives_the_lease_back()
    {
        TakeOver();
        _hot.LineMessage(0, Message(0, "A 2"), At(3.1));
        _hot.LineMessage(0, Message(1, "B 1"), At(3.2));
        Perform(_hot, At(3.2)).Should().BeEmpty();

        _hot.Stop(At(3.2));

        Perform(_hot, At(3.2)).Should().Equal("A 2", "B 1");
        _hot.IsStopped.Should().BeTrue();
    }

    [Fact]
    public void A_leader_that_loses_its_lease_while_it_stops_asks_for_no_other()
    {
        Perform(_warm, At(0));
        Perform(_warm, At(1));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 1"), At(1.1));
        _warm.Stop(At(1.1));
        Run(new ReleaseRequest(_warm.Term), At(1.1));
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(1.1));

        List<ScriptRequest> requests = [];
        for (int i = 0; i < 20 && _warm.NextRequest(At(1.2)) is { } request; i++)
        {
            requests.Add(request.Script);
            _warm.Answered(request, Run(request.Script, At(1.2)), At(1.2));
        }

        requests.Should().NotContain(static request => request is AcquireRequest);
        _warm.IsStopped.Should().BeTrue();
    }

    [Fact]
    public void A_new_leader_ends_its_own_interruption_only_when_no_connection_is_missing_that_has_not_reported_an_interruption()
    {
        Perform(_warm, At(0));
        Perform(_warm, At(1)).Should().Equal("FeedInterrupted 0"); // nobody else took the empty Redis for the length of a lease

        _warm.LineIsUp(_warm.LineNumber, isUp: false, isKnown: false, At(1.1));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 1"), At(1.1));

        Perform(_warm, At(1.1)).Should().Equal("A 1"); // the connection of B is not there, and what it would have brought is missing

        _warm.LineIsUp(_warm.LineNumber, isUp: false, isKnown: true, At(1.2));
        _warm.LineEvent(_warm.LineNumber, OwnEvents.Item(Interrupted(2, "B")), At(1.2));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 2"), At(1.2));

        Perform(_warm, At(1.2)).Should().Equal("FeedInterrupted 2", "FeedResumed 0", "A 2");
    }

    [Fact]
    public void A_new_leader_says_how_long_the_relay_brought_nothing()
    {
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(2));
        Run(new PublishRequest(Other, 2, new FeedPosition(7, 0, 0), [Message(0, "A 1").Item]), At(2));
        Perform(_warm, At(4));
        _warm.IsLeading.Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        _warm.LineIsUp(_warm.LineNumber, isUp: true, isKnown: true, At(4.5));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 2"), At(4.5));

        // The last message came at 2 s, and the next one at 4.5 s.
        Perform(_warm, At(4.5)).Should().Equal("FeedResumed 0 after 2.5 s", "A 2");
    }

    [Fact]
    public void A_new_leader_counts_the_time_in_which_the_leader_before_it_brought_nothing()
    {
        LogItem interrupted = RelayEvents.Write(Interrupted(0, "A") with { ReceivedAt = _clock.GetUtcNow() });
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(2));
        Run(new PublishRequest(Other, 2, new FeedPosition(7, 0, 0), [interrupted], $"[{Encoding.UTF8.GetString(interrupted.Bytes.Span)}]"), At(2));
        Run(new PublishRequest(Other, 3, new FeedPosition(7, 0, 1), [RelayEvents.Write(new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("A") })]), At(602));
        _clock.Advance(TimeSpan.FromSeconds(602));
        Perform(_warm, At(604));
        _warm.LineIsUp(_warm.LineNumber, isUp: true, isKnown: true, At(604));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 2"), At(604));

        Perform(_warm, At(604)).Should().Equal("FeedResumed 0 after 602 s", "A 2");
    }

    [Fact]
    public void The_first_leader_does_not_claim_to_have_taken_over_from_another()
    {
        Perform(_warm, At(0));
        Perform(_warm, At(1));

        Announced().Should().Be("The first publisher of the relay starts.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_100)] // more than it keeps in mind
    public void The_first_leader_does_not_claim_to_have_taken_over_from_itself_when_answers_of_Redis_are_lost(int lostAnswers)
    {
        Perform(_warm, At(0));
        LoseAnswers(lostAnswers, At(1));

        Perform(_warm, At(1.5 + (0.1 * lostAnswers))).Should().Equal("FeedInterrupted 0");

        Announced().Should().Be("The first publisher of the relay starts.");
    }

    [Fact]
    public void A_new_leader_counts_the_time_without_messages_from_the_last_entry_of_the_leader_before_when_an_answer_of_Redis_was_lost()
    {
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(2));
        Run(new PublishRequest(Other, 2, new FeedPosition(7, 0, 0), [Message(0, "A 1").Item]), At(2));
        Perform(_warm, At(2.5)).Should().BeEmpty("another publisher leads");
        LoseAnswers(1, At(4));
        Perform(_warm, At(4.5));
        _warm.LineIsUp(_warm.LineNumber, isUp: true, isKnown: true, At(4.5));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 2"), At(4.5));

        Perform(_warm, At(4.5)).Should().Equal("FeedResumed 0 after 2.5 s", "A 2");
    }

    [Fact]
    public void A_new_leader_counts_the_time_without_messages_from_the_last_entry_when_the_first_answers_of_Redis_were_lost()
    {
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(1));
        Run(new PublishRequest(Other, 2, new FeedPosition(7, 0, 0), [Message(0, "A 1").Item]), At(1));
        Run(new PublishRequest(Other, 3, new FeedPosition(7, 1, 0), [Message(0, "A 2").Item]), At(1.5));
        LoseAnswers(2, At(4));
        Perform(_warm, At(4.5));
        _warm.LineIsUp(_warm.LineNumber, isUp: true, isKnown: true, At(4.5));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 3"), At(4.5));

        Perform(_warm, At(4.5)).Should().Equal("FeedResumed 0 after 3 s", "A 3");
    }

    [Fact]
    public void A_leader_that_goes_on_after_Redis_has_lost_entries_tells_readers_at_once_which_events_they_lack()
    {
        Perform(_warm, At(0));
        Perform(_warm, At(1));
        _warm.LineIsUp(_warm.LineNumber, isUp: true, isKnown: true, At(1.1));
        _warm.LineMessage(_warm.LineNumber, Message(0, "A 1"), At(1.1));
        Perform(_warm, At(1.1)).Should().Equal("FeedResumed 0", "A 1");
        ModelRedis replica = _redis.Clone();
        _warm.LineEvent(_warm.LineNumber, OwnEvents.Item(Interrupted(1, "A")), At(1.2));
        _warm.LineEvent(_warm.LineNumber, OwnEvents.Item(new FeedResumed { Connection = 1, Contracts = ContractSet.ByName("A") }), At(1.2));
        Perform(_warm, At(1.2)).Should().Equal("FeedInterrupted 1", "FeedResumed 1");
        _redis = replica;

        Perform(_warm, At(1.6)).Should().BeEmpty("the log says of each connection what is so");

        // The interruption at the start and its end are in the log, and two events are missing.
        LogEntry last = _redis.Entries.Last();
        (last.Kind, last.Items.Count, last.Before.Events).Should().Be((EntryKind.Items, 0, 4));
    }

    [Fact]
    public void A_leader_whose_Redis_came_back_empty_neither_is_the_first_publisher_nor_took_over_from_another_when_an_answer_was_lost()
    {
        Perform(_warm, At(0));
        Perform(_warm, At(1));
        _redis = new ModelRedis();
        PublisherRequest renew = _warm.NextRequest(At(1.5))!;
        _warm.Answered(renew, Run(renew.Script, At(1.5)), At(1.5));
        LoseAnswers(1, At(1.5));

        Perform(_warm, At(2.5)).Should().Equal("FeedInterrupted 0");

        Announced().Should().Be("Redis lost data of the relay, or did not answer its publisher, which leads again now.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_leader_that_leads_again_after_another_says_that_it_took_over(bool hasLed)
    {
        if (hasLed)
        {
            Perform(_warm, At(0));
            Perform(_warm, At(1));
        }

        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(3));
        Perform(_warm, At(3.5)).Should().BeEmpty("another publisher leads");
        Perform(_warm, At(5)).Should().Equal("FeedInterrupted 0");

        Announced().Should().Be("Another publisher of the relay took over.");
    }

    [Fact]
    public void The_state_of_a_line_is_known_when_each_contract_has_been_connected_or_has_an_interruption_of_its_own()
    {
        LineUpTracker tracker = new(ContractSet.ByName("A", "B"));

        tracker.Happened(new FeedConnected { Connection = 1, Contracts = ContractSet.ByName("A") });
        (tracker.IsUp, tracker.IsKnown).Should().Be((false, false));

        tracker.Happened(Interrupted(2, "B"));
        (tracker.IsUp, tracker.IsKnown).Should().Be((false, true));

        tracker.Happened(new FeedConnected { Connection = 2, Contracts = ContractSet.ByName("B") });
        tracker.Happened(new FeedResumed { Connection = 2, Contracts = ContractSet.ByName("B") });
        (tracker.IsUp, tracker.IsKnown).Should().Be((true, true));
    }

    [Fact]
    public void A_standby_that_had_to_drop_messages_is_not_ready_until_the_log_shows_messages_from_after_that()
    {
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(0));
        _hot.LineIsUp(0, isUp: true, isKnown: true, At(0));
        Perform(_hot, At(0));
        LineShows(At(1.1), "A 1");
        LogShows(2, 0, At(1.1), "A 1");
        _hot.IsReady.Should().BeTrue();

        string[] large = [new string('a', 60), new string('b', 60)]; // together more than a standby keeps
        LineShows(At(2), large);

        _hot.IsReady.Should().BeFalse();

        LogShows(3, 1, At(2.1), large);
        _hot.IsReady.Should().BeFalse("a message of another contract may have been dropped and not be in the log yet");

        LineShows(At(3.1), "A 2");
        LogShows(4, 3, At(3.1), "A 2");
        _hot.IsReady.Should().BeTrue();

        void LineShows(TimeSpan now, params string[] messages) => Array.ForEach(messages, message => _hot.LineMessage(0, Message(0, message), now));

        void LogShows(long number, long before, TimeSpan now, params string[] messages)
        {
            Run(new RenewRequest(Other, number - 1, isComplete: false), now);
            Run(new PublishRequest(Other, number, new FeedPosition(7, before, 0), [.. messages.Select(static message => Message(0, message).Item)]), now).Status.Should().Be(ScriptStatus.Ok);
            Perform(_hot, now);
        }
    }

    /// <summary>Lets the hot standby lead. The log has a message that its line never brought, so it holds the next message of that contract back for half a second.</summary>
    private void TakeOver()
    {
        Run(new AcquireRequest(Other, 2, Take.Anything, 0), At(2));
        Run(new PublishRequest(Other, 2, new FeedPosition(7, 0, 0), [Message(0, "A 1").Item]), At(2));
        _hot.LineIsUp(0, isUp: true, isKnown: true, At(0));
        Perform(_hot, At(2));
        Run(new RenewRequest(Other, 2, isComplete: true), At(2.4));
        Run(new ReleaseRequest(Other), At(2.5));
        Perform(_hot, At(3));
        _hot.IsLeading.Should().BeTrue();
    }

    /// <summary>Performs what a publisher and its reader ask for, and returns the messages and events that the publisher sent.</summary>
    private List<string> Perform(LogPublisher publisher, TimeSpan now)
    {
        List<string> sent = [];
        bool isIdle;
        do
        {
            publisher.Tick(now);
            isIdle = true;
            while (publisher.NextRequest(now) is { } request)
            {
                isIdle = false;
                sent.AddRange(request.Script is PublishRequest publish ? publish.Items.Select(Text) : []);
                publisher.Answered(request, Run(request.Script, now), now);
            }

            while (publisher.ReadsLog && _reader.NextRequest(now) is { } read)
            {
                isIdle = false;
                if (read.Kind == ReaderRequestKind.Subscribe)
                {
                    _subscription = read.Id;
                    _reader.Subscribed(read.Id, now);
                }
                else
                {
                    _reader.Answered(read, _redis.Read(read, 100), now);
                }
            }
        }
        while (!isIdle);
        return sent;
    }

    /// <summary>What the leader says of the interruption of the relay itself.</summary>
    private string? Announced() => OpenInterruptions.Read(_redis.Top.GetValueOrDefault().Open).All.Single().Description;

    /// <summary>What a reader gets that starts now.</summary>
    private List<ReadKind> ReadFromNow()
    {
        LogReader reader = new(new PushRing(), TimeSpan.FromSeconds(20), TimeSpan.Zero);
        reader.Subscribed(reader.NextRequest(TimeSpan.Zero)!.Value.Id, TimeSpan.Zero);
        ReaderRequest request = reader.NextRequest(TimeSpan.Zero)!.Value;
        reader.Answered(request, _redis.Read(request, 100), TimeSpan.Zero);
        List<ReadKind> taken = [];
        while (reader.TryTake(out ReadItem item))
        {
            taken.Add(item.Kind);
        }

        return taken;
    }

    /// <summary>Runs requests for the lease without an answer.</summary>
    private void LoseAnswers(int count, TimeSpan at)
    {
        for (int i = 0; i < count; i++)
        {
            TimeSpan now = at + TimeSpan.FromMilliseconds(100 * i);
            PublisherRequest request = _warm.NextRequest(now)!;
            Run(request.Script, now);
            _warm.Failed(request, now);
        }
    }

    private static string Text(LogItem item) => item.IsEvent
        ? RelayEvents.Read(item.Bytes.Span) switch
        {
            FeedInterrupted interrupted => $"FeedInterrupted {interrupted.Connection}",
            FeedResumed resumed => FormattableString.Invariant($"FeedResumed {resumed.Connection}{(resumed.Gap > TimeSpan.Zero ? $" after {resumed.Gap.TotalSeconds} s" : "")}"),
            FeedEvent other => other.ToString()!,
            null => "unknown",
        }
        : Encoding.ASCII.GetString(item.Bytes.Span);

    private static FeedInterrupted Interrupted(int connection, string contract) =>
        new() { Connection = connection, Contracts = ContractSet.ByName(contract), Reason = InterruptionReason.ConnectionLost };

    private ScriptAnswer Run(ScriptRequest request, TimeSpan now) =>
        _redis.Run(request, Settings, (long)now.TotalMilliseconds, push => _reader.Received(_subscription, LogEntry.ReadPush(push)!, now));

    private static OutItem Message(ushort contract, string text) => OutItem.Message(contract, 0, Encoding.ASCII.GetBytes(text), null);

    private static TimeSpan At(double second) => TimeSpan.FromSeconds(second);
}
