using System.Diagnostics;
using System.Text.Json;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Runs the real program in its own process, with its output in a pipe.</summary>
public sealed class ProcessTests
{
    private const string Secret = "Pr0cess-s3cret";

    [Fact]
    public async Task The_doctor_exits_with_0_and_prints_plain_lines_for_a_healthy_service()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20, Password = Secret });

        (int code, string output, string error) = await RunAsync(simulator.BaseAddress, "SAFAB03", "--for", "1s");

        code.Should().Be(0, output + error);
        error.Should().BeEmpty();
        output.Should().NotContain("\u001b", "output to a pipe has no colors");
        output.Should().StartWith("ime doctor examines http://127.0.0.1").And.MatchRegex("ok +stream").And.Contain("No fault found. Logins sent: 1. Exit code 0.");
    }

    [Fact]
    public async Task The_doctor_exits_with_the_code_of_a_fault_and_names_it_in_the_summary()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Password = "another" });

        (int code, string output, _) = await RunAsync(simulator.BaseAddress, "SAFAB03", "--summary");

        code.Should().Be((int)FaultClass.Login, output);
        output.Should().StartWith("ime doctor ").And.Contain("FAULT (login): The service refuses").And.Contain("what to do: ");
    }

    [Fact]
    public async Task With_json_the_report_of_the_doctor_is_one_JSON_object()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Password = Secret });

        (int code, string output, _) = await RunAsync(simulator.BaseAddress, "--id", "NOSUCH01", "--json");

        code.Should().Be((int)FaultClass.Contract, output);
        using JsonDocument report = JsonDocument.Parse(output);
        report.RootElement.GetProperty("exitCode").GetInt32().Should().Be(code);
        report.RootElement.GetProperty("steps").EnumerateArray().Select(static step => step.GetProperty("step").GetString())
            .Should().Equal("name", "tcp", "tls", "clock", "login", "handshake", "firstFrame", "stream");
        JsonElement finding = report.RootElement.GetProperty("steps")[5].GetProperty("findings")[0];
        finding.GetProperty("class").GetString().Should().Be("contract");
        finding.GetProperty("code").GetInt32().Should().Be(code);
        finding.GetProperty("remedy").GetString().Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_host_name_that_does_not_exist_is_named_with_the_real_resolver()
    {
        (int code, string output, _) = await RunAsync(new Uri("https://exchange.invalid"), "SAFAB03");

        code.Should().Be((int)FaultClass.Name, output);
        output.Should().Contain("exchange.invalid").And.Contain("nslookup");
    }

    [Theory]
    [InlineData("--for", "0s")]
    [InlineData("--for", "soon")]
    [InlineData("SAFAB03", " ")]
    public async Task Invalid_arguments_of_the_doctor_are_refused_before_the_examination(params string[] arguments)
    {
        (int code, string output, string error) = await RunAsync(new Uri("https://exchange.invalid"), arguments);

        code.Should().Be((int)ExitCode.Usage, output + error);
        error.Should().NotBeEmpty();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Uri address, params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "ime.exe" : "ime"), ["doctor", .. arguments, "--base-address", address.OriginalString])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["IME_USERNAME"] = "demo";
        start.Environment["IME_PASSWORD"] = Secret;
        start.Environment["XDG_CONFIG_HOME"] = AppContext.BaseDirectory;
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        (await output + await error).Should().NotContain(Secret, "no output may contain a secret");
        return (process.ExitCode, await output, await error);
    }
}
