using System.Text;
using HedgeTech.Ime.Relay.Protocol;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests.Protocol;

public sealed class RetentionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(16, 600)]
    [InlineData(64, 800)]
    [InlineData(1, 600)]
    [InlineData(1, 150)]
    [InlineData(16, 3000)]
    public async Task The_keys_of_a_relay_exceed_the_bytes_to_keep_by_at_most_a_fifth(int messages, int bytes)
    {
        const long RetentionBytes = 8 << 20;
        await using LocalRedis redis = await LocalRedis.StartAsync();
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        IDatabase database = connection.GetDatabase();
        RelayKeys keys = new("test");
        RedisKey[] redisKeys = [.. keys.All.Select(static key => (RedisKey)key)];
        RelaySettings settings = RelaySettings.Create(TimeSpan.FromHours(1), TimeSpan.FromDays(1), RetentionBytes, [.. Enumerable.Range(0, 100).Select(static i => $"name:C{i}")]);
        Term term = new(1);
        await RunAsync(new AcquireRequest(term, 1, Take.Anything, 0));
        byte[] message = Encoding.ASCII.GetBytes(new string('x', bytes));
        long most = 0;
        long sent = 0;
        FeedPosition before = new(7, 0, 0);
        for (long number = 2; sent < 4 * RetentionBytes; number++)
        {
            LogItem[] items = [.. Enumerable.Range(0, messages).Select(i => new LogItem(false, (ushort)((number + i) % 100), 638_000_000_000_000_000 + number, message))];
            PublishRequest request = new(term, number, before, items);
            Task<RedisResult> running = RunAsync(request);
            before = request.After;
            sent += messages * bytes;
            if (number % 500 == 0)
            {
                ((string)((RedisResult[])(await running)!)[0]!).Should().Be("OK");
                long used = 0;
                foreach (RedisKey key in redisKeys)
                {
                    RedisResult memory = await database.ExecuteAsync("MEMORY", "USAGE", key, "SAMPLES", "0");
                    used += memory.IsNull ? 0 : (long)memory;
                }

                most = Math.Max(most, used);
            }
        }

        output.WriteLine($"{(double)most / RetentionBytes:0.00} of the bytes to keep");
        most.Should().BeLessThanOrEqualTo(RetentionBytes * 6 / 5).And.BeGreaterThan(RetentionBytes / 2);

        Task<RedisResult> RunAsync(ScriptRequest request) =>
            database.ScriptEvaluateAsync(RelayScript.Text(request.Script), redisKeys, [.. request.Arguments(keys, settings).Select(static argument => (RedisValue)argument)]);
    }
}
