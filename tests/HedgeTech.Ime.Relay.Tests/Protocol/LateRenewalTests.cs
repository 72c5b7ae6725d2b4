using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Redis;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests.Protocol;

public sealed class LateRenewalTests
{
    private static readonly RelaySettings Settings = RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 256 << 20, ["name:A"]);

    [Theory]
    [InlineData(2, false, true)]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    public async Task A_heartbeat_after_a_late_request_does_not_state_that_the_log_is_complete(long confirmed, bool hasLeaseRunOut, bool isComplete)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        RelayKeys keys = new("test");
        RedisLog log = new(connection, keys);
        await log.RunAsync(new AcquireRequest(new Term(1), 1, Take.Anything, 0), Settings);
        await log.RunAsync(new PublishRequest(new Term(1), 2, new FeedPosition(7, 0, 0), [new LogItem(false, 0, 1, "{}"u8.ToArray())]), Settings);
        TaskCompletionSource<LogEntry> beat = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await log.SubscribeAsync(beat.SetResult, static _ => { }, beat.SetException);
        if (hasLeaseRunOut)
        {
            await connection.GetDatabase().KeyDeleteAsync(keys.Leader);
        }

        (await log.RunAsync(new RenewRequest(new Term(1), confirmed, true), Settings)).Status.Should().Be(ScriptStatus.Ok);

        (await beat.Task.WaitAsync(TestContext.Current.CancellationToken)).IsComplete.Should().Be(isComplete);
    }
}
