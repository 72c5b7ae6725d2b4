using System.Net;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>A feed's supervisor that a test drives without sockets, with a clock that only the test advances.</summary>
public abstract class SupervisedFeed
{
    private protected static readonly Moment Start = Moments.Of(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
    private protected static readonly TimeSpan HealthyAfter = TimeSpan.FromSeconds(10);
    private protected static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(5);
    private protected static readonly TimeSpan KeepAlives = TimeSpan.FromSeconds(15);
    private protected static readonly TimeSpan Silence = new FeedOptions().SilenceTimeout;
    private protected static readonly AccessToken First = new("first", null);
    private protected static readonly AccessToken Second = new("second", null);
    private protected static readonly ConnectionEnd Lost = new(InterruptionReason.ConnectionLost, null, null, null);

    private protected readonly FeedBuffer _buffer = new(new FeedOptions(), 2, snapshotsOnly: false);
    private protected Moment _now = Start;

    private protected FeedSupervisor Supervisor(int? maxAttempts = null, bool canRenewToken = true, int redundancy = 1, bool rotates = true) => new(
        _buffer,
        new FeedOptions { ProbeRefusals = false, Redundancy = redundancy },
        new FeedPolicy(maxAttempts, HealthyAfter, RefusedFor, KeepAlives, canRenewToken, rotates));

    private protected Line Open(FeedSupervisor supervisor, Shard shard, AccessToken? token = null)
    {
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        return supervisor.Lines.LineOpened(shard.Slots[0], token ?? First, _now);
    }

    private protected void Receive(FeedSupervisor supervisor, Line line, string contract = "A") =>
        supervisor.Received(line, new MarketSnapshot { Contract = ContractKey.Name(contract), ReceivedAt = _now.Utc }, 1, _now);

    private protected static List<FeedDiagnostic> Diagnostics(FeedSupervisor supervisor)
    {
        List<FeedDiagnostic> diagnostics = [];
        while (supervisor.TryTakeDiagnostic(out (FeedDiagnostic Diagnostic, int Connection) diagnostic))
        {
            diagnostic.Connection.Should().Be(1);
            diagnostics.Add(diagnostic.Diagnostic);
        }

        return diagnostics;
    }

    private protected static HandshakeException Handshake(HttpStatusCode? status) => new("The handshake failed.", status, null, new HttpRequestException("HTTP"));

    private protected static List<FeedEvent> Drain(FeedSupervisor supervisor)
    {
        List<FeedEvent> drained = [];
        while (supervisor.TryTake(out FeedEvent? next))
        {
            drained.Add(next!);
        }

        return drained;
    }

    private protected (Line First, Line Second) OpenTwo(FeedSupervisor supervisor)
    {
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line first = OpenOn(supervisor, shard.Slots[0]);
        Line second = OpenOn(supervisor, shard.Slots[1]);
        ReceiveNumbered(supervisor, first, 1, 2);
        ReceiveNumbered(supervisor, second, 1, 2);
        return (first, second);
    }

    private protected Line OpenOn(FeedSupervisor supervisor, LineSlot slot)
    {
        supervisor.Lines.AttemptStarted(slot, _now);
        return supervisor.Lines.LineOpened(slot, First, _now);
    }

    /// <summary>Creates a supervisor that waits for the consumer as soon as one snapshot waits.</summary>
    private protected static FeedSupervisor WaitingSupervisor()
    {
        FeedOptions options = new() { Overflow = FeedOverflow.Wait, Capacity = 1 };
        return new FeedSupervisor(new FeedBuffer(options, 1, snapshotsOnly: false), options, default(FeedPolicy) with { HealthyAfter = HealthyAfter });
    }

    /// <summary>Keeps a line silent until the supervisor opens another one beside it.</summary>
    private protected Line Replace(FeedSupervisor supervisor, Line old, Action? before = null)
    {
        _now += new FeedOptions().SilenceTimeout;
        supervisor.Tick(_now);
        old.IsBeingReplaced.Should().BeTrue();
        old.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
        before?.Invoke();
        return supervisor.Lines.LineOpened(old.Slot, First, _now, old);
    }

    private protected void ReceiveNumbered(FeedSupervisor supervisor, Line line, params ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers)
        {
            supervisor.Received(line, new MarketSnapshot { Contract = ContractKey.Name("A"), Timestamp = Start.AddSeconds(number).Utc, Aggregate = new Aggregate { TradeCount = number }, ReceivedAt = _now.Utc }, 1, _now);
        }
    }
}
