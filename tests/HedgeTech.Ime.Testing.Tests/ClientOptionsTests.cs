using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Testing.Tests;

public sealed class ClientOptionsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_with_the_options_of_a_simulator_streams_from_it(bool secure)
    {
        using X509Certificate2? certificate = secure ? SimulatorCertificate.Create() : null;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Certificate = certificate, Rate = 100 }, cancellationToken: RawClient.Soon);
        await using ImeClient client = new(simulator.CreateClientOptions());

        await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03"], RawClient.Soon))
        {
            snapshot.Contract.Should().Be(ContractKey.Name("SAFAB03"));
            break;
        }

        simulator.Handshakes.Should().ContainSingle().Which.Url.Should().StartWith(secure ? "wss://" : "ws://");
    }

    [Fact]
    public async Task Options_of_another_account_are_pointed_at_the_simulator_and_keep_what_does_not_concern_it()
    {
        using X509Certificate2 certificate = SimulatorCertificate.Create();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Certificate = certificate }, cancellationToken: RawClient.Soon);
        ImeClientOptions options = new() { AccessToken = "token", CredentialsProvider = static _ => throw new InvalidOperationException() };
        options.Feed.TradingHours = TradingHours.SaturdayToWednesday(new TimeOnly(10, 0), new TimeOnly(17, 0));
        options.Feed.Delivery = FeedDelivery.LatestPerContract;

        simulator.ConfigureClient(options);

        options.Feed.Delivery.Should().Be(FeedDelivery.LatestPerContract);
        options.Feed.TradingHours.Should().BeNull("the simulator never closes");
        await using ImeClient client = new(options);
        (await client.GetAccessTokenAsync(RawClient.Soon)).Should().NotBeNull();
    }

    [Fact]
    public async Task The_options_of_one_simulator_do_not_trust_the_certificate_of_another()
    {
        using X509Certificate2 own = SimulatorCertificate.Create();
        using X509Certificate2 foreign = SimulatorCertificate.Create();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Certificate = own }, cancellationToken: RawClient.Soon);
        await using ImeSimulator other = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Certificate = foreign }, cancellationToken: RawClient.Soon);
        ImeClientOptions options = simulator.CreateClientOptions();
        options.BaseAddress = other.BaseAddress;
        await using ImeClient client = new(options);

        Func<Task> login = async () => await client.GetAccessTokenAsync(RawClient.Soon);

        (await login.Should().ThrowAsync<ImeConnectionException>()).Which.IsTransient.Should().BeTrue();
        other.Logins.Should().BeEmpty();
    }
}
