using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Streaming.Supervision;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests the actions that the gate runs outside its lock after an input.</summary>
public sealed class FeedGateTests
{
    [Fact]
    public async Task A_logger_that_throws_ends_the_feed_regardless_of_who_writes_the_entry()
    {
        int ended = 0;
        FeedOptions options = new();
        FeedPolicy policy = new(null, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(15), CanRenewToken: true, RotatesConnections: true);
        FeedServices services = new(null!, null!, null!, null!, null!, policy, true, default, TimeProvider.System, ClientMeter.Of(null), new ThrowingLogger());
        await using FeedGate gate = new(new FeedSupervisor(new FeedBuffer(options, 1, snapshotsOnly: false), options, policy), options, services, () => ended++);
        LineSlot slot = gate.Report(static supervisor => supervisor.AddShard(ContractSet.ByName("A"))).Slots[0];
        gate.Report(supervisor => supervisor.Lines.AttemptStarted(slot, gate.Now));

        Action report = () => gate.Report(supervisor => supervisor.Lines.LineOpened(slot, new AccessToken("token", null), gate.Now));

        report.Should().Throw<FormatException>();
        ended.Should().Be(1);
        gate.Read(static supervisor => supervisor.End)!.Failure.Should().BeOfType<FormatException>();
    }

    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new FormatException("The logger throws.");
    }
}
