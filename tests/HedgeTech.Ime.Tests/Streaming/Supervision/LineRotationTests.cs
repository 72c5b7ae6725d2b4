using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests the replacement of lines before their tokens expire.</summary>
public sealed class LineRotationTests : SupervisedFeed
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly ConnectionEnd Cut = new(InterruptionReason.Closed, WebSocketCloseStatus.PolicyViolation, null, null);

    [Fact]
    public void A_line_is_replaced_when_its_token_is_due_and_not_before()
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), Token());
        KeepAlive(supervisor, line, Start + (Lifetime / 2) - TimeSpan.FromMilliseconds(1));
        supervisor.NextDue(_now).Should().Be(Start + (Lifetime / 2));
        line.IsBeingReplaced.Should().BeFalse();
        _now = Start + (Lifetime / 2);
        supervisor.Tick(_now);
        line.IsBeingReplaced.Should().BeTrue();
        line.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Without_rotation_or_another_token_a_line_is_not_replaced(bool rotates, bool canRenewToken)
    {
        FeedSupervisor supervisor = Supervisor(rotates: rotates, canRenewToken: canRenewToken);
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), Token());
        KeepAlive(supervisor, line, Start + (Lifetime * 2));
        line.IsBeingReplaced.Should().BeFalse();
    }

    [Fact]
    public void A_line_lives_at_least_a_second_even_if_its_token_is_due_immediately()
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), new AccessToken("x", _now.AddSeconds(1).Utc) { RenewAt = _now.Utc });
        ReceiveNumbered(supervisor, line, 1);
        supervisor.Tick(_now.AddMilliseconds(999));
        line.IsBeingReplaced.Should().BeFalse();
        supervisor.Tick(_now.AddSeconds(1));
        line.IsBeingReplaced.Should().BeTrue();
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("refused")]
    [InlineData("the old one ends")]
    public void After_two_rotations_that_the_service_did_not_allow_the_feed_stops_rotating_and_logs_that_once(string how)
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), Token());
        for (int rotation = 1; rotation <= 2; rotation++)
        {
            Diagnostics(supervisor).Should().BeEmpty();
            line = FailRotation(supervisor, line, how);
        }

        Diagnostics(supervisor).Should().Equal(FeedDiagnostic.RotationGivenUp);
        KeepAlive(supervisor, line, _now + (Lifetime * 2));
        line.IsBeingReplaced.Should().BeFalse();
        supervisor.NextDue(_now)!.Value.Elapsed.Should().BeGreaterThan(_now.Elapsed);
    }

    [Fact]
    public void A_rotation_that_works_resets_an_earlier_failure()
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), Token());
        for (int round = 1; round <= 3; round++)
        {
            line = FailRotation(supervisor, line, "cut");
            BeginRotation(supervisor, line);
            Line fresh = supervisor.Lines.LineOpened(line.Slot, Token(), _now, line);
            _now += TimeSpan.FromSeconds(2);
            supervisor.Tick(_now);
            line.IsClosing.Should().BeTrue();
            line = fresh;
        }

        Diagnostics(supervisor).Should().BeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(HttpStatusCode.BadGateway)]
    public void A_failing_network_does_not_count_as_a_service_that_does_not_allow_rotation(HttpStatusCode? status)
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), Token());
        for (int rotation = 1; rotation <= 10; rotation++)
        {
            BeginRotation(supervisor, line);
            supervisor.Lines.ReplacementFailed(line, Handshake(status), _now);
        }

        Diagnostics(supervisor).Should().BeEmpty();
    }

    [Fact]
    public void A_network_that_fails_during_rotations_does_not_count_as_a_service_that_does_not_allow_rotation()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        for (int rotation = 1; rotation <= 10; rotation++)
        {
            Line line = Open(supervisor, shard, Token());
            BeginRotation(supervisor, line);
            supervisor.Lines.LineEnded(line, Lost with { Reason = InterruptionReason.KeepAliveTimeout }, _now).Should().BeOfType<LineAction.Wait>();
        }

        Diagnostics(supervisor).Should().BeEmpty();
    }

    [Fact]
    public void Rotations_that_are_cut_together_count_as_one_failure()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard[] shards = [.. Enumerable.Range(0, 5).Select(i => supervisor.AddShard(ContractSet.ByName($"{i}")))];
        for (int rotation = 1; rotation <= 2; rotation++)
        {
            Diagnostics(supervisor).Should().BeEmpty();
            AccessToken token = Token();
            Line[] lines = [.. shards.Select(shard => Open(supervisor, shard, token))];
            _now = _now.At(token.RenewAt!.Value);
            Array.ForEach(lines, line => Receive(supervisor, line, line.Shard.Contracts.First().Value));
            supervisor.Tick(_now);
            foreach (Line line in lines)
            {
                line.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
                supervisor.Lines.LineEnded(line, Lost, _now += TimeSpan.FromMilliseconds(10));
            }
        }

        supervisor.TryTakeDiagnostic(out (FeedDiagnostic Diagnostic, int Connection) diagnostic).Should().BeTrue();
        diagnostic.Diagnostic.Should().Be(FeedDiagnostic.RotationGivenUp);
        supervisor.TryTakeDiagnostic(out _).Should().BeFalse("the feed logs that once");
    }

    [Theory]
    [InlineData(3600, 30)]
    [InlineData(60, 15)]
    [InlineData(2, 1)]
    public void A_failed_rotation_is_tried_again_after_a_quarter_of_the_remaining_time_within_limits(int secondsLeft, int pause)
    {
        FeedSupervisor supervisor = Supervisor();
        AccessToken token = new("x", Start.AddSeconds(5 + secondsLeft).Utc) { RenewAt = Start.AddSeconds(5).Utc };
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), token);
        KeepAlive(supervisor, line, Start.AddSeconds(5));
        line.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
        supervisor.Lines.ReplacementFailed(line, Handshake(HttpStatusCode.BadGateway), _now);
        line.RotateAt.Should().Be(_now.AddSeconds(pause).Utc);
    }

    [Fact]
    public void A_final_login_failure_of_a_rotation_ends_no_line_and_is_not_tried_again()
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")), Token());
        BeginRotation(supervisor, line);
        supervisor.Lines.ReplacementFailed(line, new ImeAuthenticationException("no", isTransient: false), _now);
        line.RotateAt.Should().BeNull();
        supervisor.State.Should().Be(FeedState.Live);
    }

    private AccessToken Token() => new("x", (_now + Lifetime).Utc) { RenewAt = (_now + (Lifetime / 2)).Utc };

    private void KeepAlive(FeedSupervisor supervisor, Line line, Moment until)
    {
        for (; _now < until; _now += TimeSpan.FromSeconds(30))
        {
            ReceiveNumbered(supervisor, line, (int)(_now - Start).TotalSeconds);
            supervisor.Tick(_now);
        }

        _now = until;
        ReceiveNumbered(supervisor, line, (int)(_now - Start).TotalSeconds + 1);
        supervisor.Tick(_now);
        Drain(supervisor);
    }

    private void BeginRotation(FeedSupervisor supervisor, Line line)
    {
        KeepAlive(supervisor, line, _now.At(line.RotateAt!.Value));
        line.IsBeingReplaced.Should().BeTrue();
        line.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
    }

    private Line FailRotation(FeedSupervisor supervisor, Line line, string how)
    {
        BeginRotation(supervisor, line);
        switch (how)
        {
            case "refused":
                supervisor.Lines.ReplacementFailed(line, Handshake(HttpStatusCode.Forbidden), _now);
                return line;
            case "cut":
                supervisor.Lines.LineEnded(supervisor.Lines.LineOpened(line.Slot, Token(), _now, line), Cut, _now).Should().BeNull();
                return line;
            default:
                Line fresh = supervisor.Lines.LineOpened(line.Slot, Token(), _now, line);
                supervisor.Lines.LineEnded(line, Cut, _now).Should().BeNull();
                return fresh;
        }
    }
}
