using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

public sealed class HealthyTests
{
    [Theory]
    [InlineData("SAFAB03", ContractKeyKind.Name)]
    [InlineData("قرارداد آتی زعفران نگین تحویل آبان ماه 1403", ContractKeyKind.Name)]
    [InlineData("276", ContractKeyKind.Id)]
    public async Task A_healthy_service_has_no_fault_in_any_step_and_needs_one_login(string contract, ContractKeyKind kind)
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });

        Examined examined = await Examined.OfAsync(simulator, new ContractSet([new ContractKey(kind, contract)]));

        examined.Report.Findings.Should().BeEmpty(examined.Text);
        examined.Report.ExitCode.Should().Be(0);
        examined.Report.Logins.Should().Be(1);
        examined.Report.Verdict.Should().Be("No fault found.");
        examined.Report.Steps.Where(static step => step.State != StepState.Passed).Select(static step => step.Step).Should().Equal(DoctorStep.Tls);
        examined[DoctorStep.Stream].Summary.Should().Contain("messages in 2 s");
    }

    [Fact]
    public async Task Doctor_without_a_contract_stops_after_the_handshake_and_says_so()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();

        Examined examined = await Examined.OfAsync(simulator, contracts: null);

        examined.Report.Findings.Should().BeEmpty(examined.Text);
        examined[DoctorStep.Handshake].State.Should().Be(StepState.Passed);
        examined[DoctorStep.Stream].Summary.Should().Be("skipped because no contract was named; ime doctor CONTRACT examines more");
        examined.Report.Logins.Should().Be(1);
        examined.Report.Verdict.Should().Be("No fault in the steps that could run.");
    }
}
