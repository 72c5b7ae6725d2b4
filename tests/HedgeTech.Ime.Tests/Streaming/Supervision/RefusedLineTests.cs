using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests refusals. The service gives the same answer for a bad token and for a bad contract.</summary>
public sealed class RefusedLineTests : SupervisedFeed
{
    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Unauthorized)]
    public void A_refused_handshake_is_tried_once_more_with_a_fresh_token_and_is_then_final(HttpStatusCode status)
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A", "B"));
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(status), _now).Should().BeOfType<LineAction.Open>();
        shard.Slots[0].StaleToken.Should().BeSameAs(First);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], Second, Handshake(status), _now).Should().BeOfType<LineAction.Stop>();

        ImeSubscriptionRefusedException refused = supervisor.End!.Failure.Should().BeOfType<ImeSubscriptionRefusedException>().Subject;
        refused.HttpStatus.Should().Be(status);
        refused.Contracts.Should().BeEquivalentTo(shard.Contracts);
        refused.IsTransient.Should().BeFalse();
        supervisor.State.Should().Be(FeedState.Ended);
        Drain(supervisor).Should().BeEmpty();
    }

    [Fact]
    public void A_fresh_token_that_expired_before_it_was_used_is_not_tried_again()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.Lines.LineEnded(line, Lost, _now);
        AccessToken late = new("late", _now.AddSeconds(3).Utc);
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.Forbidden), _now).Should().BeOfType<LineAction.Open>();
        supervisor.Lines.HandshakeFailed(shard.Slots[0], late, Handshake(HttpStatusCode.Forbidden), _now.AddSeconds(3)).Should().BeOfType<LineAction.Wait>();
        shard.Slots[0].StaleToken.Should().BeSameAs(late);
    }

    [Fact]
    public void A_close_with_1008_before_the_first_message_is_a_refusal()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        ConnectionEnd refusal = new(InterruptionReason.Closed, WebSocketCloseStatus.PolicyViolation, "Invalid contract", null);
        supervisor.Lines.LineEnded(Open(supervisor, shard), refusal, _now).Should().BeOfType<LineAction.Open>();
        supervisor.Lines.LineEnded(Open(supervisor, shard, Second), refusal, _now).Should().BeOfType<LineAction.Stop>();

        ImeSubscriptionRefusedException refused = supervisor.End!.Failure.Should().BeOfType<ImeSubscriptionRefusedException>().Subject;
        refused.CloseStatus.Should().Be(WebSocketCloseStatus.PolicyViolation);
        refused.Reason.Should().Be("Invalid contract");
        refused.Message.Should().Contain("Invalid contract");
        Drain(supervisor).OfType<FeedInterrupted>().Single().Reason.Should().Be(InterruptionReason.Refused);
    }

    [Fact]
    public void A_close_with_1008_after_a_snapshot_makes_the_token_stale_and_reconnects()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        ConnectionEnd expired = new(InterruptionReason.Closed, WebSocketCloseStatus.PolicyViolation, "token expired", null);

        supervisor.Lines.LineEnded(line, expired, _now).Should().BeOfType<LineAction.Wait>();
        shard.Slots[0].StaleToken.Should().BeSameAs(First);
        Drain(supervisor).OfType<FeedInterrupted>().Single().Reason.Should().Be(InterruptionReason.Closed);

        Receive(supervisor, Open(supervisor, shard, Second));
        shard.Slots[0].StaleToken.Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_set_that_streamed_is_finally_refused_if_refusals_last_and_the_message_says_when_it_last_streamed(bool canRenewToken)
    {
        FeedSupervisor supervisor = Supervisor(canRenewToken: canRenewToken);
        Shard shard = Streamed(supervisor);
        HandshakeException forbidden = Handshake(HttpStatusCode.Forbidden);
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, forbidden, _now).Should().BeOfType(canRenewToken ? typeof(LineAction.Open) : typeof(LineAction.Wait));
        for (int second = 0; second < 300; second += 20)
        {
            supervisor.Lines.HandshakeFailed(shard.Slots[0], Second, forbidden, _now.AddSeconds(second)).Should().BeOfType<LineAction.Wait>();
        }

        supervisor.Lines.HandshakeFailed(shard.Slots[0], Second, forbidden, _now.AddSeconds(299.9)).Should().BeOfType<LineAction.Wait>();
        supervisor.End.Should().BeNull();
        supervisor.Lines.HandshakeFailed(shard.Slots[0], Second, forbidden, _now.AddSeconds(300)).Should().BeOfType<LineAction.Stop>();
        supervisor.End!.Failure.Should().BeOfType<ImeSubscriptionRefusedException>()
            .Which.Message.Should().Contain("It streamed until 2026-01-03 06:30:00Z; since then, 18 attempts in a row were refused within 00:05:00.");
    }

    [Fact]
    public void A_set_that_streamed_is_not_finally_refused_by_fewer_than_five_refusals_in_any_time()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = Streamed(supervisor);
        for (int hour = 0; hour < 4; hour++)
        {
            supervisor.Lines.HandshakeFailed(shard.Slots[0], hour == 0 ? First : Second, Handshake(HttpStatusCode.Forbidden), _now.AddHours(hour));
            supervisor.End.Should().BeNull();
        }

        supervisor.Lines.HandshakeFailed(shard.Slots[0], Second, Handshake(HttpStatusCode.Forbidden), _now.AddHours(4)).Should().BeOfType<LineAction.Stop>();
    }

    [Fact]
    public void An_accepted_line_resets_the_refusals_even_if_it_is_lost_immediately()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = Streamed(supervisor);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 20; i++)
            {
                supervisor.Lines.HandshakeFailed(shard.Slots[0], i == 0 ? First : Second, Handshake(HttpStatusCode.Forbidden), _now);
                _now += TimeSpan.FromSeconds(14);
            }

            supervisor.End.Should().BeNull();
            supervisor.Lines.LineEnded(Open(supervisor, shard), Lost, _now).Should().BeOfType<LineAction.Wait>();
        }
    }

    [Fact]
    public void Refusals_of_a_redundant_line_do_not_count_after_the_other_line_is_lost()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = OpenOn(supervisor, shard.Slots[0]);
        Receive(supervisor, line);
        for (int i = 0; i < 30; i++)
        {
            supervisor.Lines.HandshakeFailed(shard.Slots[1], i == 0 ? First : Second, Handshake(HttpStatusCode.Forbidden), _now);
            _now += TimeSpan.FromSeconds(30);
        }

        supervisor.Lines.LineEnded(line, Lost, _now);
        supervisor.Lines.HandshakeFailed(shard.Slots[1], Second, Handshake(HttpStatusCode.Forbidden), _now).Should().BeOfType<LineAction.Wait>();
    }

    [Fact]
    public void A_set_that_streamed_and_is_accepted_again_while_it_is_probed_continues()
    {
        FeedSupervisor supervisor = new(_buffer, new FeedOptions(), new FeedPolicy(null, HealthyAfter, RefusedFor, KeepAlives, CanRenewToken: true, RotatesConnections: true));
        Shard shard = supervisor.AddShard(ContractSet.ByName("A", "B"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.Lines.LineEnded(line, Lost, _now);
        LineAction? step = null;
        for (int i = 0; i < 12; i++)
        {
            step = supervisor.Lines.HandshakeFailed(shard.Slots[0], i == 0 ? First : Second, Handshake(HttpStatusCode.Forbidden), _now.AddSeconds(30 * i));
        }

        step.Should().BeOfType<LineAction.Probe>();
        supervisor.Lines.RefusalProbed(shard.Slots[0], new RefusalVerdict([], AnyAccepted: true, IsComplete: true)).Should().BeOfType<LineAction.Wait>();
        supervisor.End.Should().BeNull();
    }

    [Fact]
    public void A_fixed_token_that_the_service_calls_stale_is_not_renewed()
    {
        FeedSupervisor supervisor = Supervisor(canRenewToken: false);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.Lines.LineEnded(line, new ConnectionEnd(InterruptionReason.Closed, WebSocketCloseStatus.PolicyViolation, "token expired", null), _now).Should().BeOfType<LineAction.Wait>();
        shard.Slots[0].StaleToken.Should().BeNull("the next attempt must find out whether the token has expired");
    }

    /// <summary>Adds a shard that has streamed and has just lost its line.</summary>
    private Shard Streamed(FeedSupervisor supervisor)
    {
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        Receive(supervisor, line);
        supervisor.Lines.LineEnded(line, Lost, _now);
        return shard;
    }

    [Fact]
    public void A_proven_line_resets_earlier_refusals()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        for (int life = 0; life < 10; life++)
        {
            supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.Forbidden), _now).Should().BeOfType<LineAction.Open>();
            Line line = Open(supervisor, shard, Second);
            Receive(supervisor, line);
            supervisor.Lines.LineEnded(line, Lost, _now).Should().BeOfType<LineAction.Wait>();
        }
    }

    [Theory]
    [InlineData(399, false)]
    [InlineData(400, true)]
    [InlineData(405, true)]
    [InlineData(408, false)]
    [InlineData(425, false)]
    [InlineData(429, false)]
    [InlineData(499, true)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public void Only_a_permanent_error_status_ends_a_feed_that_never_worked(int status, bool isFinal)
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        for (int attempt = 1; attempt <= 5; attempt++)
        {
            supervisor.End.Should().BeNull();
            supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
            supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake((HttpStatusCode)status), _now);
        }

        (supervisor.End?.Failure is ImeSubscriptionRefusedException).Should().Be(isFinal);
        Drain(supervisor).OfType<FeedInterrupted>().Should().ContainSingle();
    }

    [Fact]
    public void A_fixed_token_is_refused_after_one_attempt_and_the_message_says_that_it_cannot_be_renewed()
    {
        FeedSupervisor supervisor = Supervisor(canRenewToken: false);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        supervisor.Lines.HandshakeFailed(shard.Slots[0], First, Handshake(HttpStatusCode.Forbidden), _now).Should().BeOfType<LineAction.Stop>();
        supervisor.End!.Failure!.Message.Should().Contain("AccessToken").And.Contain("cannot be renewed");
    }
}
