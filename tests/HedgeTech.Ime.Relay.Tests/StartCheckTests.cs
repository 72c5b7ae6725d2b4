using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>A Redis that is unsuitable for a relay, or whose user lacks rights, is refused at the start with a clear message.</summary>
public sealed class StartCheckTests
{
    private const string Secret = "s3cret-of-the-test";

    private const string Writer = "resetchannels +info +eval +evalsha +script|load +ping +client|setname +echo +get +set +del +hmget +hset +xadd +xrange +xtrim +rpush +llen +lpop +time +spublish";
    private const string Reader = "resetchannels +info +ping +client|setname +echo +multi +exec +hmget +hgetall +xrange +ssubscribe +sunsubscribe";

    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Writer + " ~{ime:test}:* &{ime:test}:p", null)]
    [InlineData(Writer + " -xadd ~{ime:test}:* &{ime:test}:p", "may not run the command XADD")]
    [InlineData(Writer + " -xadd -time ~{ime:test}:*", "The Redis user of the relay 'test' may not run the commands TIME, XADD or publish to the channel {ime:test}:p. ")]
    [InlineData(Writer + " -spublish ~{ime:test}:* &{ime:test}:p", "may not publish to the channel {ime:test}:p")]
    [InlineData(Writer + " ~{ime:test}:*", "may not publish to the channel {ime:test}:p")]
    [InlineData(Writer + " ~{ime:other}:* &{ime:test}:p", "The Redis user of the relay 'test' may not use the keys {ime:test}:s, {ime:test}:last, {ime:test}:leader, {ime:test}:meta, {ime:test}:b, {ime:test}:check. ")]
    [InlineData(Writer + " ~{ime:test}:check ~{ime:test}:s ~{ime:test}:last ~{ime:test}:leader ~{ime:test}:meta %R~{ime:test}:b &{ime:test}:p", "may not use the key {ime:test}:b. ")]
    [InlineData(Writer + " -eval -evalsha ~{ime:test}:* &{ime:test}:p", "may not run the command EVAL. ")]
    [InlineData(Writer + " -info ~{ime:test}:* &{ime:test}:p", "may not run the command INFO")]
    public async Task A_publisher_names_the_right_that_its_user_lacks(string rights, string? refusal)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await AllowAsync(redis, rights);
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher publisher = new(client, Relays.Contracts, Relays.Options(redis, $"{redis.Configuration},user=someone,password={Secret}"));

        await ExpectAsync(publisher.RunAsync(Token), refusal, () => publisher.Role == RelayRole.Leading);
        if (refusal is null)
        {
            await simulator.WhenSubscribedAsync(1, Token);
            await Relays.PublishAsync(simulator, 1, 40);
            await Relays.WhenAsync(() => publisher.Statistics.Messages == 40);
        }
        else
        {
            simulator.Logins.Should().BeEmpty();
        }
    }

    [Theory]
    [InlineData(Reader + " ~{ime:test}:* &{ime:test}:p", null)]
    [InlineData(Reader + " %R~{ime:test}:meta %R~{ime:test}:last %R~{ime:test}:s &{ime:test}:p", null)]
    [InlineData(Reader + " -ssubscribe ~{ime:test}:* &{ime:test}:p", "may not run the command SSUBSCRIBE")]
    [InlineData(Reader + " ~{ime:test}:*", "The Redis user of the relay 'test' may not subscribe to the channel {ime:test}:p. ")]
    [InlineData(Reader + " ~{ime:other}:* &{ime:test}:p", "The Redis user of the relay 'test' may not read the keys {ime:test}:meta, {ime:test}:last, {ime:test}:s. ")]
    [InlineData(Reader + " -xrange ~{ime:test}:* &{ime:test}:p", "may not run the command XRANGE")]
    [InlineData(Reader + " -xrange %R~{ime:test}:meta %R~{ime:test}:s &{ime:test}:p", "may not run the command XRANGE or read the key {ime:test}:last. ")]
    [InlineData(Reader + " -multi ~{ime:test}:* &{ime:test}:p", "may not run the commands MULTI and EXEC")]
    [InlineData(Reader + " -exec ~{ime:test}:* &{ime:test}:p", "may not run the commands MULTI and EXEC")]
    public async Task A_reader_names_the_right_that_its_user_lacks(string rights, string? refusal)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await Relays.PublishAsync(simulator, 1, 1);
        await Relays.WhenAsync(() => node.Publisher.Statistics.Messages == 1);
        await AllowAsync(redis, rights);
        await using RelaySource source = new(Relays.Options(redis, $"{redis.Configuration},user=someone,password={Secret}"));
        await using RelayReading reading = new(source);

        await ExpectAsync(reading.Ended, refusal, () => reading.Last == 1);
    }

    [Fact]
    public async Task The_minimal_rights_in_the_how_to_guide_are_sufficient_for_each_side()
    {
        string[] commands = [.. File.ReadLines(Path.Combine(Root(), "docs", "how-to", "share-one-account.md")).Where(static line => line.StartsWith("ACL SETUSER ", StringComparison.Ordinal))];
        commands.Should().HaveCount(2);
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using (ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"{redis.Configuration},allowAdmin=true"))
        {
            foreach (string command in commands)
            {
                await admin.GetDatabase().ExecuteAsync("ACL", [.. command.Replace("gold", "test", StringComparison.Ordinal).Replace("PASSWORD", Secret, StringComparison.Ordinal).Split(' ').Skip(1)]);
            }
        }

        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false, $"{redis.Configuration},user=ime-publisher,password={Secret}");
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelaySource source = new(Relays.Options(redis, $"{redis.Configuration},user=ime-reader,password={Secret}"));
        await using RelayReading reading = new(source);
        await Relays.PublishAsync(simulator, 1, 100);
        await reading.WaitForAsync(100);
        foreach (string user in (string[])["ime-publisher", "ime-reader"])
        {
            using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Configuration},user={user},password={Secret},allowAdmin=true");
            foreach (string[] words in (string[][])[["PAUSE", "1"], ["KILL", "TYPE", "normal"]])
            {
                (await FluentActions.Awaiting(() => connection.GetDatabase().ExecuteAsync("CLIENT", [.. words])).Should().ThrowAsync<RedisServerException>())
                    .WithMessage("NOPERM*", "the user {0} must not disturb other users of Redis", user);
            }
        }
    }

    [Fact]
    public async Task A_wrong_password_for_Redis_is_reported_and_not_repeated()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync("right");
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using ImeClient client = new(simulator.CreateClientOptions());
        RelayOptions options = Relays.Options(redis, $"127.0.0.1:{redis.Port},password={Secret}");
        await using RelayPublisher publisher = new(client, Relays.Contracts, options);
        await using RelaySource source = new(options);
        await using RelayReading reading = new(source);

        await ExpectAsync(publisher.RunAsync(Token), "refuses the user name or the password, or its certificate is not trusted", static () => false);
        await ExpectAsync(reading.Ended, "refuses the user name or the password, or its certificate is not trusted", static () => false);
    }

    [Fact]
    public async Task A_Redis_that_may_evict_keys_is_refused()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using (ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"{redis.Configuration},allowAdmin=true"))
        {
            await admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        }

        await using ImeSimulator simulator = await Relays.StartAsync();
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher publisher = new(client, Relays.Contracts, Relays.Options(redis));

        await ExpectAsync(publisher.RunAsync(Token), "The maxmemory-policy of Redis must be noeviction, but it is allkeys-lru", static () => false);
    }

    [Theory]
    [InlineData("s")]
    [InlineData("last")]
    [InlineData("leader")]
    [InlineData("meta")]
    [InlineData("b")]
    public async Task A_publisher_refuses_keys_that_something_else_uses_and_leaves_them_as_they_are(string key)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        await connection.GetDatabase().SetAddAsync($"{{ime:test}}:{key}", "foreign");

        await APublisherRefusesTheKeysAsync(redis);

        (await connection.GetDatabase().SetContainsAsync($"{{ime:test}}:{key}", "foreign")).Should().BeTrue();
    }

    [Theory]
    [InlineData("price")]
    [InlineData("h")] // like an entry at first sight
    public async Task A_publisher_refuses_a_stream_that_is_not_a_log_and_leaves_it_as_it_is(string field)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        await connection.GetDatabase().StreamAddAsync("{ime:test}:s", field, "1");

        await APublisherRefusesTheKeysAsync(redis);

        (await connection.GetDatabase().StreamRangeAsync("{ime:test}:s")).Should().ContainSingle().Which[field].Should().Be("1");
    }

    [Fact]
    public async Task A_log_whose_end_Redis_has_lost_begins_again()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using (RelayNode first = new(simulator, redis, hot: false))
        {
            await first.WhenLeadingAsync();
            await simulator.WhenSubscribedAsync(1, Token);
            await Relays.PublishAsync(simulator, 1, 10);
            await Relays.WhenAsync(() => first.Publisher.Statistics.Messages == 10);
        }

        await connection.GetDatabase().KeyDeleteAsync("{ime:test}:meta");
        await using RelayNode second = new(simulator, redis, hot: false);
        await second.WhenLeadingAsync();

        (await connection.GetDatabase().StreamRangeAsync("{ime:test}:s", count: 1)).Should().ContainSingle().Which.Id.ToString().Should().EndWith("-1");
    }

    [Theory]
    [InlineData("redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\n", true, null)]
    [InlineData("redis_version:8.2.1\r\nmaxmemory_policy:allkeys-lru\r\n", false, null)]
    [InlineData("redis_version:8.2.1\r\nmaxmemory_policy:volatile-ttl\r\n", true, "must be noeviction, but it is volatile-ttl")]
    [InlineData("redis_version:6.2.14\r\nmaxmemory_policy:noeviction\r\n", true, "needs Redis 7.0 or later, but the version of this one is 6.2.14")]
    [InlineData("redis_version:6.2.14\r\n", false, "needs Redis 7.0 or later")]
    [InlineData("", false, "version of this one is unknown")]
    [InlineData("redis_version:7.4.0\r\n", true, "but it is unknown")]
    public void The_check_reads_version_and_eviction_policy_from_the_answer_to_INFO(string info, bool writes, string? problem)
    {
        string? found = StartCheck.Judge(info, writes);

        (found ?? "nothing").Should().Contain(problem ?? "nothing");
    }

    [Fact]
    public async Task The_check_at_the_start_does_not_change_Redis()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Configuration},allowAdmin=true");
        await node.DisposeAsync();
        IDatabase database = connection.GetDatabase();
        string[] before = await DumpAsync(database);

        await StartCheck.PublisherAsync(connection, new Relay.Protocol.RelayKeys("test"));

        (await DumpAsync(database)).Should().Equal(before);
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HedgeTech.Ime.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds HedgeTech.Ime.sln.");
    }

    private static async Task<string[]> DumpAsync(IDatabase database)
    {
        List<string> dumps = [];
        foreach (RedisKey key in database.Multiplexer.GetServers()[0].Keys().OrderBy(static key => (string)key!, StringComparer.Ordinal))
        {
            dumps.Add($"{key} {Convert.ToHexString((await database.KeyDumpAsync(key))!)}");
        }

        return [.. dumps];
    }

    private static async Task AllowAsync(LocalRedis redis, string rights)
    {
        using ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"{redis.Configuration},allowAdmin=true");
        await admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", "someone", "reset", "on", $">{Secret}", .. rights.Split(' ')]);
    }

    private static async Task ExpectAsync(Task running, string? refusal, Func<bool> works)
    {
        if (refusal is null)
        {
            await Task.WhenAny(running, Relays.WhenAsync(works)).WaitAsync(GiveUp, Token);
            works().Should().BeTrue(running.Exception?.ToString() ?? "the relay must work with these rights");
            return;
        }

        RelayRefusedException refused = (await FluentActions.Awaiting(() => running.WaitAsync(GiveUp, Token)).Should().ThrowAsync<RelayRefusedException>()).Which;
        refused.Message.Should().Match($"*{refusal}*");
        refused.Option.Should().Be(refusal.Contains("maxmemory", StringComparison.Ordinal) ? null : "Configuration");
        refused.ToString().Should().NotContain(Secret);
    }

    private static async Task APublisherRefusesTheKeysAsync(LocalRedis redis)
    {
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher publisher = new(client, Relays.Contracts, Relays.Options(redis));

        RelayRefusedException refused = (await FluentActions.Awaiting(() => publisher.RunAsync(Token).WaitAsync(GiveUp, Token)).Should().ThrowAsync<RelayRefusedException>()).Which;

        refused.Message.Should().Be("Something else uses the keys of the relay 'test' in Redis. The relay needs a name of its own.");
        refused.Option.Should().Be(nameof(RelayOptions.Name));
    }
}
