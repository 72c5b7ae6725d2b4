using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Checks;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Tests faults that occur after the service accepts a stream.</summary>
public sealed class StreamFaultTests
{
    private static readonly ContractSet Contract = ContractSet.ByName("SAFAB03");

    [Fact]
    public async Task A_mute_stream_while_the_market_is_open_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 0 });

        Examined examined = await Examined.OfAsync(simulator, Contract, static options => options.Feed.TradingHours = TradingHours.Parse("Saturday-Friday 00:00-24:00"));

        Finding[] faults = [.. examined.Report.Faults];
        faults.Should().OnlyContain(static fault => fault.Class == FaultClass.Silence);
        faults[0].What.Should().Contain("sent nothing for 8 s, even on a second connection");
        faults[0].Remedy.Should().Contain("traded often");
        examined.Report.ExitCode.Should().Be(21);
        simulator.Handshakes.Should().HaveCountGreaterThan(1, "the doctor tries a second connection");
    }

    [Fact]
    public async Task A_mute_stream_is_a_warning_if_the_trading_hours_are_unknown()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 0 });

        Examined examined = await Examined.OfAsync(simulator, Contract);

        examined.Report.ExitCode.Should().Be(0);
        examined[DoctorStep.FirstFrame].Findings.Should().ContainSingle().Which.Remedy.Should().Contain("Feed.TradingHours");
    }

    [Fact]
    public async Task A_mute_stream_while_the_market_is_closed_is_not_a_fault()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 0 });
        string yesterday = TimeProvider.System.GetUtcNow().AddDays(-2).DayOfWeek.ToString();

        Examined examined = await Examined.OfAsync(simulator, Contract, options => options.Feed.TradingHours = TradingHours.Parse($"{yesterday} 10:00-12:00"));

        examined.Report.Findings.Should().BeEmpty();
        examined[DoctorStep.FirstFrame].Summary.Should().Contain("as expected: the market is closed until");
        examined[DoctorStep.Stream].Summary.Should().Be("skipped because the market is closed");
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 0 });
        Task<Examined> examining = Examined.OfAsync(simulator, Contract);
        await simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await simulator.SendTextAsync("""{"channel":"Other Stream"}""", TestContext.Current.CancellationToken);

        Examined examined = await examining;

        Finding fault = examined.Report.Faults.First();
        fault.Class.Should().Be(FaultClass.Stream);
        fault.What.Should().Contain("A message cannot be read");
        fault.Remedy.Should().Contain("Update the tool");
        examined.Report.ExitCode.Should().Be(22);
    }

    [Theory]
    [InlineData(SimulatorFaultKind.Drop, "the connection was cut without a close frame", "cuts it")]
    [InlineData(SimulatorFaultKind.Close, "the server closed the connection with status 1011 (keepalive ping timeout)", "what the server said")]
    public async Task A_broken_stream_is_named_with_the_reason(SimulatorFaultKind kind, string what, string remedy)
    {
        ImeSimulatorOptions options = new() { Rate = 20 };
        options.Faults.Add(new SimulatorFault(kind) { AfterMessages = 20 });
        await using ImeSimulator simulator = await Examined.SimulateAsync(options);

        Examined examined = await Examined.OfAsync(simulator, Contract);

        examined.OnlyFault.Class.Should().Be(FaultClass.Stream);
        examined.OnlyFault.What.Should().Contain("was interrupted once").And.Contain(what);
        examined.OnlyFault.Remedy.Should().Contain(remedy);
        examined.Text.Should().Contain("resumed after");
    }

    [Fact]
    public async Task A_connection_that_becomes_mute_while_the_market_continues_is_named()
    {
        ImeSimulatorOptions options = new() { Rate = 20 };
        options.Faults.Add(new SimulatorFault(SimulatorFaultKind.Stall) { AfterMessages = 20 });
        await using ImeSimulator simulator = await Examined.SimulateAsync(options);

        Examined examined = await Examined.OfAsync(simulator, Contract, static o => o.Feed.SilenceTimeout = TimeSpan.FromSeconds(2), static settings => settings with { StreamFor = TimeSpan.FromSeconds(5) });

        Finding fault = examined.Report.Faults.First();
        fault.What.Should().Contain("mute for 2").And.Contain("a new one delivered messages at once");
        fault.Remedy.Should().Contain("Feed.SilenceTimeout");
        examined.Report.ExitCode.Should().Be(22);
    }

    [Fact]
    public async Task A_token_that_is_revoked_during_the_stream_is_named()
    {
        ImeSimulatorOptions options = new() { Rate = 20 };
        options.Faults.Add(new SimulatorFault(SimulatorFaultKind.Close) { AfterMessages = 20, CloseStatus = 1008, CloseReason = "logged in elsewhere" });
        await using ImeSimulator simulator = await Examined.SimulateAsync(options);
        Task<Examined> examining = Examined.OfAsync(simulator, Contract);
        await simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);
        simulator.RefuseLogins(System.Net.HttpStatusCode.Unauthorized, """{"detail":"account locked"}""");

        Examined examined = await examining;

        Finding fault = examined.Report.Faults.First();
        fault.Class.Should().Be(FaultClass.Token);
        fault.What.Should().Contain("needed a new token and got none (HTTP 401)");
        examined.Report.ExitCode.Should().Be(18);
    }

    [Fact]
    public async Task Late_messages_are_reported_with_their_delay()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 }, new LateTime());

        Examined examined = await Examined.OfAsync(simulator, Contract);

        examined.OnlyFault.Class.Should().Be(FaultClass.Stream);
        examined.OnlyFault.What.Should().MatchRegex("Messages arrive [78](\\.\\d)? s after their timestamp");
        examined.OnlyFault.Remedy.Should().Contain("proxy that buffers");
    }

    [Fact]
    public async Task Snapshots_that_a_slow_machine_drops_are_counted_and_named()
    {
        await using CaseFile file = new(new DoctorSettings { AddClient = static services => services.AddImeClient(static options => (options.Username, options.Password) = ("user", "s3cret-Value")) });
        StreamTally tally = new(file);
        Outcome outcome = new();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        tally.Add(new MarketSnapshot { ReceivedAt = now });
        tally.Add(new SnapshotsDropped { Count = 3 }).Should().Contain("3 messages dropped");
        tally.Add(new SnapshotsDropped { Count = 4 });
        StreamCheck.Judge(file, outcome, tally, TimeSpan.FromSeconds(1), now);

        Finding fault = outcome.ToReport(DoctorStep.Stream, default).Findings.Should().ContainSingle().Subject;
        fault.Class.Should().Be(FaultClass.Stream);
        fault.What.Should().StartWith("7 messages were dropped");
        fault.Remedy.Should().Contain("fewer contracts");
    }

    [Fact]
    public async Task Connections_that_are_down_at_the_same_time_are_one_gap()
    {
        await using CaseFile file = new(new DoctorSettings { AddClient = static services => services.AddImeClient(static options => (options.Username, options.Password) = ("user", "s3cret-Value")) });
        StreamTally tally = new(file);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        foreach (int connection in (int[])[1, 2])
        {
            tally.Add(new FeedInterrupted { Connection = connection, Contracts = Contract, Reason = InterruptionReason.Closed, ReceivedAt = now });
        }

        foreach (int connection in (int[])[1, 2])
        {
            tally.Add(new FeedResumed { Connection = connection, Contracts = Contract, Reason = InterruptionReason.Closed, Gap = TimeSpan.FromSeconds(4), ReceivedAt = now.AddSeconds(4) });
        }

        tally.Gaps.Length.Should().Be(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task After_Ctrl_C_the_doctor_still_reports_its_findings()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<DoctorReport> examining = Examination.RunAsync(
            new DoctorSettings
            {
                AddClient = services => services.AddImeClient(options => (options.BaseAddress, options.Username, options.Password) = (simulator.BaseAddress, simulator.Username, simulator.Password)),
                Contracts = Contract,
            },
            new HedgeTech.Ime.Cli.Doctor.Output.PlainOutput(TextWriter.Null),
            stop.Token);
        await simulator.WhenAsync(static seen => seen.Connections is [{ MessagesSent: > 20 }], stop.Token);

        await stop.CancelAsync();
        DoctorReport report = await examining;

        report.WasCancelled.Should().BeTrue();
        report.ExitCode.Should().Be(130);
        report.Verdict.Should().StartWith("Stopped early");
    }

    /// <summary>A clock that is eight seconds behind.</summary>
    private sealed class LateTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - TimeSpan.FromSeconds(8);
    }
}
