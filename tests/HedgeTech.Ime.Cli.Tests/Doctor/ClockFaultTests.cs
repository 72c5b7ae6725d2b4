using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Tests faults of the clock, and timestamps at another offset.</summary>
public sealed class ClockFaultTests
{
    [Theory]
    [InlineData(-600, "10 min", "behind")]
    [InlineData(7200, "2 h", "ahead of")]
    public async Task A_clock_that_is_far_off_is_named_with_its_distance_and_its_direction(int seconds, string distance, string direction)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });
        await using Relay relay = new(simulator.BaseAddress) { Alter = head => WithDate(head, seconds) };

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"), options => options.BaseAddress = relay.Address);

        Finding fault = examined[DoctorStep.Clock].Findings.Should().ContainSingle().Subject;
        fault.Severity.Should().Be(Severity.Fault);
        fault.Class.Should().Be(FaultClass.Clock);
        fault.What.Should().Contain($"{direction} this machine's.").And.MatchRegex($"{distance}|{(Math.Abs(seconds) / 60) - 1} min|{(Math.Abs(seconds) / 3600) - 1} h");
        fault.Remedy.Should().Contain("timedatectl");
        examined.Report.ExitCode.Should().Be(13);
        examined[DoctorStep.Login].State.Should().Be(StepState.Passed, "the doctor examines the other steps anyway");
    }

    [Fact]
    public async Task A_clock_that_is_some_seconds_off_is_a_warning()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        await using Relay relay = new(simulator.BaseAddress) { Alter = static head => WithDate(head, 12) };

        Examined examined = await Examined.OfAsync(simulator, contracts: null, options => options.BaseAddress = relay.Address);

        examined[DoctorStep.Clock].Findings.Should().ContainSingle().Which.Severity.Should().Be(Severity.Warning);
        examined.Report.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_token_that_seems_expired_when_it_is_issued_is_reported_as_a_fault_of_the_clock()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(time: new ShiftedTime(TimeSpan.FromHours(-2)));

        Examined examined = await Examined.OfAsync(simulator, contracts: null);

        Finding fault = examined[DoctorStep.Login].Findings.Should().ContainSingle().Subject;
        fault.Class.Should().Be(FaultClass.Clock);
        fault.What.Should().Contain("the token that was just issued expired");
    }

    [Theory]
    [InlineData(-210, "00:00")] // the service sends UTC instead of Tehran time
    [InlineData(-30, "03:00")]
    [InlineData(60, "04:30")] // Iranian summer time, which ended in 2022
    public async Task Timestamps_at_another_offset_are_named_with_the_option_to_set(int minutes, string right)
    {
        ImeSimulatorOptions options = new() { Rate = 20 };
        options.Tokens.Lifetime = TimeSpan.FromDays(2);
        await using ImeSimulator simulator = await Examined.SimulateAsync(options, new ShiftedTime(TimeSpan.FromMinutes(minutes)));

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"));

        examined.OnlyFault.Class.Should().Be(FaultClass.TimestampOffset);
        examined.OnlyFault.Remedy.Should().Be($"Set TimestampOffset to \"{right}\".");
        examined.Report.ExitCode.Should().Be(23);
        examined[DoctorStep.Stream].State.Should().Be(StepState.Passed, "the doctor measures the delay with the right offset");
    }

    [Fact]
    public async Task Timestamps_that_are_only_old_are_not_reported_as_a_wrong_offset()
    {
        ImeSimulatorOptions options = new() { Rate = 20 };
        options.Tokens.Lifetime = TimeSpan.FromDays(2);
        await using ImeSimulator simulator = await Examined.SimulateAsync(options, new ShiftedTime(TimeSpan.FromMinutes(-(60 + 7))));

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"));

        examined[DoctorStep.FirstFrame].Findings.Should().BeEmpty();
        examined[DoctorStep.FirstFrame].Details.Should().ContainSingle().Which.Should().Contain("1 h 7 min old");
        examined.OnlyFault.Class.Should().Be(FaultClass.Stream);
        examined.OnlyFault.Remedy.Should().Contain("replays");
    }

    private static string WithDate(string head, int seconds) =>
        string.Join("\r\n", head.Split("\r\n").Select(line => line.StartsWith("Date: ", StringComparison.OrdinalIgnoreCase)
            ? $"Date: {TimeProvider.System.GetUtcNow().AddSeconds(seconds):R}"
            : line));

    /// <summary>The time of the system, shifted by a given time.</summary>
    private sealed class ShiftedTime(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
    }
}
