using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Redis;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests.Protocol;

/// <summary>Tests a Redis that has reached its <c>maxmemory</c> and does not evict keys.</summary>
public sealed class FullRedisTests
{
    private static readonly RelaySettings Settings = RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 256 << 20, ["name:A"]);
    private static readonly RelaySettings Expired = Settings with { Retention = TimeSpan.Zero };

    [Fact]
    public async Task With_a_full_Redis_a_leader_keeps_its_lease_removes_expired_entries_and_publishes_again()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Configuration},allowAdmin=true");
        (RedisLog log, RelayKeys keys, long last) = await FillAsync(connection);
        await connection.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        (await log.RunAsync(new RenewRequest(new Term(1), last, true), Expired)).Status.Should().Be(ScriptStatus.Ok);

        (await connection.GetDatabase().StreamLengthAsync(keys.Stream)).Should().BeLessThan(last);
        await connection.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        (await log.RunAsync(Entry(last + 1), Settings)).Status.Should().Be(ScriptStatus.Ok);
    }

    [Fact]
    public async Task With_a_full_Redis_a_standby_takes_over_and_removes_expired_entries()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Configuration},allowAdmin=true");
        (RedisLog log, RelayKeys keys, long last) = await FillAsync(connection);
        await connection.GetDatabase().KeyDeleteAsync(keys.Leader);
        await connection.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        (await log.RunAsync(new AcquireRequest(new Term(2), 2, Take.ExistingLog, 0), Expired)).Status.Should().Be(ScriptStatus.Ok);

        (await connection.GetDatabase().StreamLengthAsync(keys.Stream)).Should().Be(last + 1);
        (await log.RunAsync(new RenewRequest(new Term(2), last + 1, true), Expired)).Status.Should().Be(ScriptStatus.Ok);
        (await connection.GetDatabase().StreamLengthAsync(keys.Stream)).Should().BeLessThan(last);
    }

    private static PublishRequest Entry(long number) => new(new Term(1), number, new FeedPosition(7, number - 2, 0), [new LogItem(false, 0, number, "{}"u8.ToArray())]);

    private static async Task<(RedisLog Log, RelayKeys Keys, long Last)> FillAsync(ConnectionMultiplexer connection)
    {
        RelayKeys keys = new("test");
        RedisLog log = new(connection, keys);
        await log.RunAsync(new AcquireRequest(new Term(1), 1, Take.Anything, 0), Settings);
        const long Last = 400;
        for (long number = 2; number <= Last; number++)
        {
            await log.RunAsync(Entry(number), Settings);
        }

        return (log, keys, Last);
    }
}
