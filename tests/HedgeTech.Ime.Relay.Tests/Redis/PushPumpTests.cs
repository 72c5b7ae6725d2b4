using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Relay.Tests.Lives;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests.Redis;

public sealed class PushPumpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_that_is_there_already_is_not_received_on_the_thread_that_subscribes()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(RedisConnector.Parse(redis.Configuration));
        RedisChannel channel = RedisChannel.Sharded(new RelayKeys("test").Channel);
        ChannelMessageQueue pushes = await connection.GetSubscriber().SubscribeAsync(channel);
        RelaySettings settings = RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 16 << 20, ["name:A"]);
        byte[]? push = null;
        new ModelRedis().Run(new AcquireRequest(new Term(1), 1, Take.Anything, 0), settings, 0, barrier => push = barrier);
        await connection.GetDatabase().PublishAsync(channel, push!);
        await Relays.WhenAsync(() => pushes.TryGetCount(out int count) && count > 0);
        ThreadLocal<bool> isSubscribing = new();
        TaskCompletionSource<bool> receivedHere = new(TaskCreationOptions.RunContinuationsAsynchronously);

        Thread subscriber = new(() =>
        {
            isSubscribing.Value = true;
            new PushPump(pushes, _ => receivedHere.TrySetResult(isSubscribing.Value), static _ => { }, exception => receivedHere.TrySetException(exception)).Start();
        });
        subscriber.Start();

        (await receivedHere.Task.WaitAsync(Token)).Should().BeFalse();
        subscriber.Join();
    }
}
