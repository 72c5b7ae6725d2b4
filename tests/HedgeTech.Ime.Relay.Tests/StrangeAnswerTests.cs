using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests;

public sealed class StrangeAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_publisher_that_cannot_read_an_answer_of_Redis_ends_with_the_reason()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher publisher = new(client, Relays.Contracts, Relays.Options(redis), new TestLog());
        Task running = publisher.RunAsync(Token);
        await Relays.WhenAsync(() => publisher.Role == RelayRole.Leading);
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);

        await connection.GetDatabase().HashSetAsync(new RelayKeys("test").Meta, [new HashEntry("term", "another"), new HashEntry("n", "many")]);

        Func<Task> end = () => running.WaitAsync(TimeSpan.FromSeconds(20), Token);
        (await end.Should().ThrowAsync<InvalidOperationException>()).Which.InnerException.Should().NotBeNull();
    }

    [Fact]
    public void A_request_that_the_Redis_client_gives_up_is_retried() =>
        RedisConnector.IsTransient(new TaskCanceledException()).Should().BeTrue();
}
