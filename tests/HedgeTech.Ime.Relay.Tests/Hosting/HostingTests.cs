using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace HedgeTech.Ime.Relay.Tests.Hosting;

public sealed class HostingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hosted_publisher_and_a_source_from_the_container_form_a_relay_and_are_healthy()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using ServiceProvider publishing = Services(simulator)
            .AddImeRelayPublisher(Relays.Contracts, options => Set(options, redis))
            .AddHealthChecks().AddImeRelayPublisherHealthCheck().Services.BuildServiceProvider();
        await using ServiceProvider reading = new ServiceCollection().AddLogging()
            .AddImeRelaySource(options => Set(options, redis))
            .AddHealthChecks().AddImeRelaySourceHealthCheck().Services.BuildServiceProvider();
        (await CheckAsync(publishing)).Description.Should().Be("The publisher has not started.");
        (await CheckAsync(reading)).Description.Should().Be("No stream is open.");

        IHostedService hosted = Hosted(publishing);
        await hosted.StartAsync(Token);
        await simulator.WhenSubscribedAsync(1, Token);
        await Relays.PublishAsync(simulator, 1, 3);
        await using (RelayReading stream = new(reading.GetRequiredService<RelaySource>()))
        {
            await stream.WaitForAsync(3);
            await Relays.PublishAsync(simulator, 4, 4);
            await stream.WaitForAsync(4);
            await Relays.WhenAsync(() => publishing.GetRequiredService<RelayPublisher>().Statistics.Messages == 4);
            HealthReportEntry source = await CheckAsync(reading);
            HealthReportEntry publisher = await CheckAsync(publishing);

            source.Status.Should().Be(HealthStatus.Healthy, source.Description);
            source.Data.Should().Contain("streams", 1).And.Contain("redisReachable", true).And.ContainKey("lastHeartbeatAt");
            publisher.Status.Should().Be(HealthStatus.Healthy, publisher.Description);
            publisher.Description.Should().Be("Leading.");
            publisher.Data.Should().Contain("role", "Leading").And.Contain("redisReachable", true).And.Contain("messages", 4L);
        }

        reading.GetRequiredService<IMarketDataSource>().Should().BeSameAs(reading.GetRequiredService<RelaySource>());
        await hosted.StopAsync(Token);
        (await CheckAsync(publishing)).Should().Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Unhealthy && entry.Description == "The publisher has ended.");
    }

    [Fact]
    public async Task A_source_and_a_publisher_without_a_Redis_are_unhealthy()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await redis.SignalAsync("KILL");
        await using ServiceProvider services = Services(simulator)
            .AddImeRelayPublisher(Relays.Contracts, options => Set(options, redis), "gold")
            .AddImeRelaySource(options => Set(options, redis), "gold")
            .AddHealthChecks().AddImeRelayPublisherHealthCheck(publisherName: "gold").AddImeRelaySourceHealthCheck(sourceName: "gold").Services.BuildServiceProvider();
        IHostedService hosted = Hosted(services);
        await hosted.StartAsync(Token);
        await Relays.WhenAsync(() => services.GetRequiredKeyedService<RelayPublisher>("gold").HasStarted);
        await using (RelayReading stream = new(services.GetRequiredKeyedService<RelaySource>("gold")))
        {
            HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

            report.Entries["ime-relay-publisher"].Should().Match<HealthReportEntry>(static entry => entry.Status == HealthStatus.Unhealthy && entry.Description == "Redis has not answered yet.");
            report.Entries["ime-relay-source"].Should().Match<HealthReportEntry>(static entry => entry.Status == HealthStatus.Unhealthy && entry.Description == "Not connected to Redis.");
        }

        await hosted.StopAsync(Token);
    }

    [Fact]
    public async Task A_publisher_that_Redis_refuses_stops_the_host_with_the_reason()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync("right");
        await using ImeSimulator simulator = await Relays.StartAsync();
        using StoppedHost lifetime = new();
        await using ServiceProvider services = Services(simulator).AddSingleton<IHostApplicationLifetime>(lifetime)
            .AddImeRelayPublisher(Relays.Contracts, options => options.Configuration = $"127.0.0.1:{redis.Port},password=wrong-one")
            .BuildServiceProvider();
        IHostedService hosted = Hosted(services);

        await hosted.StartAsync(Token);
        await lifetime.Stopped.WaitAsync(Token);

        (await FluentActions.Awaiting(() => hosted.StopAsync(Token)).Should().ThrowAsync<InvalidOperationException>().WithMessage("Redis refuses the user name or the password*"))
            .Which.ToString().Should().NotContain("wrong-one");
    }

    [Fact]
    public void Invalid_registrations_of_publishers_and_sources_are_refused_at_the_call()
    {
        ServiceCollection services = new();
        services.AddImeRelayPublisher(Relays.Contracts).AddImeRelaySource();

        FluentActions.Invoking(() => services.AddImeRelayPublisher(Relays.Contracts)).Should().Throw<InvalidOperationException>().WithMessage("A RelayPublisher without a name is registered already.*");
        FluentActions.Invoking(() => services.AddImeRelaySource()).Should().Throw<InvalidOperationException>().WithMessage("A client or a source without a name is registered already.*");
        FluentActions.Invoking(() => services.AddImeRelaySource(static options => options.LeaseDuration = TimeSpan.Zero, "a")).Should().Throw<ArgumentException>().WithMessage("RelayOptions.LeaseDuration must be *");
        FluentActions.Invoking(() => services.AddImeRelaySource(name: "not a key")).Should().Throw<ArgumentException>().WithMessage("RelayOptions.Name must be *");
        FluentActions.Invoking(() => services.BuildServiceProvider().GetRequiredService<RelayPublisher>()).Should().Throw<InvalidOperationException>().WithMessage("No client is registered for the publisher of the relay 'ime'.*");
    }

    private static ServiceCollection Services(ImeSimulator simulator)
    {
        ImeClientOptions account = simulator.CreateClientOptions();
        ServiceCollection services = new();
        services.AddLogging().AddSingleton<IHostApplicationLifetime>(new StoppedHost()).AddImeClient(options => (options.BaseAddress, options.Username, options.Password) = (account.BaseAddress, account.Username, account.Password));
        return services;
    }

    /// <summary>Returns the publisher from the hosted services. Another hosted service belongs to the health checks.</summary>
    private static IHostedService Hosted(ServiceProvider services) => services.GetServices<IHostedService>().Single(static service => service.GetType().Assembly == typeof(RelayPublisher).Assembly);

    private static void Set(RelayOptions options, LocalRedis redis) => (options.Configuration, options.Name) = (redis.Configuration, "test");

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider services) => (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Entries.Single().Value;

    private sealed class StoppedHost : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _never = new();
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stopped => _stopped.Task;

        public CancellationToken ApplicationStarted => _never.Token;

        public CancellationToken ApplicationStopping => _never.Token;

        public CancellationToken ApplicationStopped => _never.Token;

        public void StopApplication() => _stopped.TrySetResult();

        public void Dispose() => _never.Dispose();
    }
}
