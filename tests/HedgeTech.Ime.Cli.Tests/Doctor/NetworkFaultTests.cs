using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Tests faults of the name resolution and of TCP.</summary>
public sealed class NetworkFaultTests
{
    [Theory]
    [InlineData(SocketError.HostNotFound, "has no address for exchange.invalid", "Check the spelling")]
    [InlineData(SocketError.TryAgain, "No name server answered for exchange.invalid", "is online")]
    public async Task A_host_name_that_does_not_resolve_is_named_with_the_answer_of_the_name_server(SocketError error, string what, string remedy)
    {
        Examined examined = await Resolved((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)error)));

        examined.OnlyFault.Class.Should().Be(FaultClass.Name);
        examined.OnlyFault.What.Should().Contain(what);
        examined.OnlyFault.Remedy.Should().Contain(remedy);
        examined.Report.ExitCode.Should().Be(10);
        examined.Report.Steps.Skip(1).Should().OnlyContain(static step => step.Summary == "skipped because the address of exchange.invalid is unknown");
    }

    [Fact]
    public async Task The_doctor_waits_at_most_five_seconds_for_a_name_server()
    {
        Examined examined = await Resolved(static (_, _) => new TaskCompletionSource<IPAddress[]>().Task);

        examined.OnlyFault.Class.Should().Be(FaultClass.Name);
        examined.OnlyFault.What.Should().Contain("not within 5 s");
    }

    [Fact]
    public async Task A_host_without_an_address_of_the_configured_family_is_named()
    {
        Examined examined = await Resolved(static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), static options => options.Connection.AddressFamily = AddressFamily.InterNetworkV6);

        examined.OnlyFault.Class.Should().Be(FaultClass.Name);
        examined.OnlyFault.What.Should().Contain("none for IPv6");
        examined.OnlyFault.Remedy.Should().Contain("Connection.AddressFamily");
    }

    [Fact]
    public async Task A_public_host_name_that_resolves_to_a_private_address_is_a_warning()
    {
        Examined examined = await Resolved(static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        examined[DoctorStep.Name].State.Should().Be(StepState.Warned);
        examined[DoctorStep.Name].Findings.Should().ContainSingle().Which.What.Should().Contain("filters the name");
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_named()
    {
        Examined examined = await Examined.OfAsync(Named(new Uri($"http://127.0.0.1:{ClosedPort()}")), contracts: null);

        examined.OnlyFault.Class.Should().Be(FaultClass.Network);
        examined.OnlyFault.What.Should().Contain("Nothing listens on port");
        examined.OnlyFault.Remedy.Should().Contain("ime simulate");
        examined.Report.ExitCode.Should().Be(11);
        examined.Report.Logins.Should().Be(0);
    }

    [Fact]
    public async Task A_port_that_another_machine_refuses_is_named()
    {
        Examined examined = await Resolved(static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        examined.Report.Faults.Should().ContainSingle().Which.What.Should().StartWith("exchange.invalid refuses connections on port");
    }

    [Fact]
    public async Task An_address_family_that_does_not_work_beside_one_that_does_is_a_warning_with_the_option_that_helps()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });

        Examined examined = await Examined.OfAsync(
            simulator,
            ContractSet.ByName("SAFAB03"),
            options => options.BaseAddress = new UriBuilder(simulator.BaseAddress) { Host = "localhost" }.Uri,
            static settings => settings with { Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback]) });

        examined.Report.ExitCode.Should().Be(0, examined.Text);
        Finding warning = examined[DoctorStep.Tcp].Findings.Should().ContainSingle().Subject;
        warning.What.Should().Contain("IPv6 does not work from here, but IPv4 does");
        warning.Remedy.Should().Contain("Connection.AddressFamily to InterNetwork ");
    }

    private static Task<Examined> Resolved(Func<string, CancellationToken, Task<IPAddress[]>> resolve, Action<ImeClientOptions>? configure = null) =>
        Examined.OfAsync(Named(new Uri($"https://exchange.invalid:{ClosedPort()}"), configure), contracts: null, settings => settings with { Resolve = resolve });

    private static Action<ImeClientOptions> Named(Uri address, Action<ImeClientOptions>? configure = null) => options =>
    {
        (options.BaseAddress, options.Username, options.Password) = (address, "some-user", "s3cret-Value");
        configure?.Invoke(options);
    };

    private static int ClosedPort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
