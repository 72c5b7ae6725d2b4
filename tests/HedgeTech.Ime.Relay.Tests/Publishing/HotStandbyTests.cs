using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;
using HedgeTech.Ime.Relay.Reading;
using HedgeTech.Ime.Relay.Tests.Lives;

namespace HedgeTech.Ime.Relay.Tests.Publishing;

/// <summary>Tests when a hot standby in a quiet market knows that the log has the messages that its line did not deliver.</summary>
public sealed class HotStandbyTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    private static readonly RelaySettings Settings = RelaySettings.Create(Duration, TimeSpan.FromHours(1), 256 << 20, ["name:A"]);
    private static readonly Term Leader = new(1);

    [Fact]
    public void A_heartbeat_that_was_possibly_requested_before_the_line_was_up_does_not_make_a_standby_ready()
    {
        ModelRedis redis = new();
        LogReader reader = new(new PushRing(), TimeSpan.FromSeconds(20), TimeSpan.Zero);
        HotStandby standby = new(reader, new LinePairing(1 << 20), Duration, static _ => null);
        redis.Run(new AcquireRequest(Leader, 1, Take.Anything, 0), Settings, 0);
        ReaderRequest subscribe = reader.NextRequest(At(0))!.Value;
        reader.Subscribed(subscribe.Id, At(0));
        ReaderRequest read = reader.NextRequest(At(0))!.Value;
        reader.Answered(read, redis.Read(read, 100), At(0));
        RenewRequest late = new(Leader, 1, isComplete: true); // the leader sends this request now, and receives a message afterwards
        standby.LineIsUp(isUp: true, isStandby: true, At(1));

        ReceiveHeartbeat(late, 4.9); // the lease has not expired

        standby.IsReady.Should().BeFalse();

        ReceiveHeartbeat(new RenewRequest(Leader, 1, isComplete: true), 7.1); // the leader sent this request at 2.1 or later

        standby.IsReady.Should().BeTrue();

        void ReceiveHeartbeat(RenewRequest request, double second)
        {
            redis.Run(request, Settings, (long)(second * 1000), push => reader.Received(subscribe.Id, LogEntry.ReadPush(push)!, At(second))).Status.Should().Be(ScriptStatus.Ok);
            standby.Read(Term.None, At(second));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_renewal_after_one_without_an_answer_does_not_state_that_the_log_is_complete(bool wasAnswered)
    {
        Lease lease = new(Duration, 1, static () => Leader);
        ScriptRequest acquire = lease.Next(0, isComplete: true, isReady: true, At(0))!;
        lease.Answered(acquire, new ScriptAnswer(ScriptStatus.Ok, 1), At(0));
        ScriptRequest renew = lease.Next(1, isComplete: true, isReady: true, At(1))!;
        if (wasAnswered)
        {
            lease.Answered(renew, new ScriptAnswer(ScriptStatus.Ok, 1), At(1));
        }
        else
        {
            lease.Failed(renew, At(1));
        }

        lease.Next(1, isComplete: true, isReady: true, At(2)).Should().BeOfType<RenewRequest>().Which.IsComplete.Should().Be(wasAnswered);
    }

    private static TimeSpan At(double second) => TimeSpan.FromSeconds(second);
}
