using System.Net;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests outages, splits, failed attempts and the end of a feed.</summary>
public sealed class FeedSupervisorTests : SupervisedFeed
{
    [Fact]
    public void An_outage_opens_when_an_accepted_line_ends_and_closes_just_before_the_snapshot_that_proves_the_next()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.State.Should().Be(FeedState.Live);

        _now += TimeSpan.FromSeconds(2);
        supervisor.Lines.LineEnded(line, Lost, _now).Should().BeOfType<LineAction.Wait>();
        supervisor.State.Should().Be(FeedState.Interrupted);
        for (int i = 0; i < 3; i++)
        {
            supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
            supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.BadGateway), _now).Should().BeOfType<LineAction.Wait>();
        }

        Line next = Open(supervisor, shard);
        supervisor.State.Should().Be(FeedState.Interrupted, "an accepted line is not yet a proven one");
        _now += TimeSpan.FromSeconds(3);
        Receive(supervisor, next);
        supervisor.State.Should().Be(FeedState.Live);

        List<FeedEvent> events = Drain(supervisor);
        events.Select(static e => e.GetType().Name).Should().Equal(
            nameof(FeedConnected), nameof(MarketSnapshot), nameof(FeedInterrupted), nameof(FeedConnected), nameof(FeedResumed), nameof(MarketSnapshot));
        events.OfType<FeedInterrupted>().Single().Reason.Should().Be(InterruptionReason.ConnectionLost);
        events.OfType<FeedResumed>().Single().Should().Match<FeedResumed>(e => e.Gap == TimeSpan.FromSeconds(5) && e.Attempts == 4 && e.Connection == 1);
        supervisor.Statistics.Reconnects.Should().Be(1);
    }

    [Fact]
    public async Task Waiting_for_the_first_connections_of_an_ended_feed_fails()
    {
        FeedSupervisor supervisor = Supervisor();
        supervisor.EndBy(new FeedEnd());
        Task accepted = supervisor.AcceptedAtFirst();
        accepted.IsCompleted.Should().BeTrue();
        await FluentActions.Awaiting(() => accepted).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public void Lines_that_are_repeatedly_accepted_and_dropped_are_one_outage()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        for (int i = 0; i < 4; i++)
        {
            supervisor.Lines.LineEnded(Open(supervisor, shard), Lost, _now).Should().BeOfType<LineAction.Wait>();
            _now += TimeSpan.FromSeconds(1);
        }

        Open(supervisor, shard);
        supervisor.Tick(_now + HealthyAfter - TimeSpan.FromMilliseconds(1));
        supervisor.State.Should().Be(FeedState.Interrupted);
        _now += HealthyAfter;
        supervisor.Tick(_now);
        List<FeedEvent> events = Drain(supervisor);
        events.OfType<FeedInterrupted>().Should().ContainSingle();
        events.OfType<FeedResumed>().Single().Should().Match<FeedResumed>(e => e.Attempts == 5 && e.Gap == TimeSpan.FromSeconds(4) + HealthyAfter);
    }

    [Fact]
    public void A_first_connection_that_fails_is_an_outage_with_its_own_reason()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        supervisor.State.Should().Be(FeedState.Connecting);
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.ServiceUnavailable), _now).Should().BeOfType<LineAction.Wait>();
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.LoginFailed(shard.Slots[0], new ImeAuthenticationException("busy", isTransient: true), _now).Should().BeOfType<LineAction.Wait>();

        FeedInterrupted interrupted = Drain(supervisor).OfType<FeedInterrupted>().Should().ContainSingle().Subject;
        interrupted.Reason.Should().Be(InterruptionReason.ConnectFailed);
        interrupted.HttpStatus.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.RequestUriTooLong)]
    [InlineData(HttpStatusCode.RequestHeaderFieldsTooLarge)]
    public void A_request_line_that_the_service_finds_too_long_is_split_and_the_parts_inherit_the_outage(HttpStatusCode status)
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A", "B"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.Lines.LineEnded(line, Lost, _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(status), _now).Should().BeOfType<LineAction.Split>();

        IReadOnlyList<Shard> parts = supervisor.Split(shard, [ContractSet.ByName("A"), ContractSet.ByName("B")], _now);
        parts.Select(static part => part.Number).Should().Equal(1, 2);
        Receive(supervisor, Open(supervisor, parts[1]), "B");
        supervisor.State.Should().Be(FeedState.Interrupted);
        Receive(supervisor, Open(supervisor, parts[0]));
        supervisor.State.Should().Be(FeedState.Live);
        List<FeedEvent> events = Drain(supervisor);
        events.OfType<FeedInterrupted>().Select(static e => (e.Connection, e.Contracts.Count, e.Reason))
            .Should().Equal([(1, 2, InterruptionReason.ConnectionLost), (2, 1, InterruptionReason.ConnectionLost)], "each resumed connection was interrupted before");
        events.OfType<FeedResumed>().Select(static e => e.Connection).Should().Equal(2, 1);
    }

    [Fact]
    public void An_update_also_removes_the_parts_of_a_shard_that_is_split_while_it_replaces_it()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard old = supervisor.AddShard(ContractSet.ByName("A", "B"));
        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName("C"), [old], [ContractSet.ByName("C")]);
        supervisor.Lines.AttemptStarted(old.Slots[0], _now);
        supervisor.Lines.HandshakeFailed(old.Slots[0], First, Handshake(HttpStatusCode.RequestUriTooLong), _now).Should().BeOfType<LineAction.Split>();
        IReadOnlyList<Shard> parts = supervisor.Split(old, [ContractSet.ByName("A"), ContractSet.ByName("B")], _now);

        Receive(supervisor, Open(supervisor, update.New[0]), "C");
        supervisor.Tick(_now.AddSeconds(2));
        update.Decided.IsCompletedSuccessfully.Should().BeTrue();
        parts.Should().OnlyContain(static part => part.IsRetired);
        supervisor.Shards.Should().Equal(update.New);
    }

    [Fact]
    public void A_wrong_path_ends_a_feed_that_never_worked_after_five_attempts_and_never_a_feed_that_has_worked()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        for (int i = 0; i < 4; i++)
        {
            supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.NotFound), _now).Should().BeOfType<LineAction.Wait>();
        }

        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.NotFound), _now).Should().BeOfType<LineAction.Stop>();
        supervisor.End!.Failure!.Message.Should().Contain("404").And.Contain("NamePath");

        supervisor = Supervisor();
        shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.Lines.LineEnded(line, Lost, _now);
        for (int i = 0; i < 100; i++)
        {
            supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.NotFound), _now).Should().BeOfType<LineAction.Wait>();
        }
    }

    [Fact]
    public void MaxAttempts_in_a_row_without_proof_end_the_feed_and_only_proof_resets_them()
    {
        FeedSupervisor supervisor = Supervisor(maxAttempts: 3);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(null), _now).Should().BeOfType<LineAction.Wait>();
        supervisor.Lines.LineEnded(Open(supervisor, shard), Lost, _now).Should().BeOfType<LineAction.Wait>("an accept is not proof, and this was the second attempt");
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.Lines.LineEnded(line, Lost, _now).Should().BeOfType<LineAction.Wait>();
        for (int i = 0; i < 2; i++)
        {
            supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
            supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(null), _now).Should().BeOfType<LineAction.Wait>();
        }

        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(null), _now).Should().BeOfType<LineAction.Stop>();
        supervisor.End!.Failure.Should().BeOfType<ImeConnectionException>().Which.Attempts.Should().Be(3);
    }

    [Fact]
    public void A_final_login_failure_ends_the_feed_with_that_failure()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        ImeAuthenticationException refused = new("wrong password", isTransient: false);
        supervisor.Lines.LoginFailed(shard.Slots[0], refused, _now).Should().BeOfType<LineAction.Stop>();
        supervisor.End!.Failure.Should().BeSameAs(refused);
    }

    [Fact]
    public void A_rejected_message_does_not_prove_a_line()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        supervisor.Rejected(line, new FrameRejected { Reason = "no object", ReceivedAt = _now.Utc }, 10, _now);
        line.IsProven.Should().BeFalse();
        shard.Slots[0].Attempts.Should().Be(1);
        supervisor.Statistics.Should().Match<FeedStatistics>(s => s.Rejected == 1 && s.Bytes == 10 && s.Received == 0 && s.LastReceivedAt == _now.Utc);
    }

    [Fact]
    public void Each_rejection_is_an_event_but_only_one_in_ten_seconds_is_logged()
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        for (int i = 0; i < 200; i++)
        {
            supervisor.Rejected(line, new FrameRejected { Reason = "no object", ReceivedAt = _now.Utc }, 1, _now);
            _now += TimeSpan.FromMilliseconds(100);
        }

        int logged = 0;
        while (supervisor.TryTakeAnnouncement(out FeedEvent? announcement))
        {
            logged += announcement is FrameRejected ? 1 : 0;
        }

        logged.Should().Be(2);
        Drain(supervisor).OfType<FrameRejected>().Should().HaveCount(200);
    }

    [Fact]
    public void After_the_end_a_feed_counts_requests_and_announces_nothing()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        Drain(supervisor);
        FeedEnd end = new();
        supervisor.EndBy(end);
        supervisor.EndBy(new FeedEnd(new InvalidOperationException()));

        Receive(supervisor, line);
        supervisor.Tick(_now.AddDays(1));
        supervisor.NextDue(_now).Should().BeNull();
        supervisor.Lines.LineEnded(line, Lost, _now).Should().BeNull();
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(null), _now).Should().BeOfType<LineAction.Stop>();
        supervisor.Lines.LoginFailed(shard.Slots[0], new ImeAuthenticationException("x", isTransient: true), _now).Should().BeOfType<LineAction.Stop>();
        supervisor.End.Should().BeSameAs(end, "the first end is final");
        Drain(supervisor).Should().BeEmpty();
    }
}
