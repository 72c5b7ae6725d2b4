using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Shared;
using StackExchange.Redis;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>The memory that Redis needs for the keys of a relay, beside the bytes that it is to keep, while messages come faster than in any market.</summary>
internal static class Memory
{
    private const string Contract = "SAFAB03";

    public static async Task RunAsync(int messages)
    {
        byte[][] frames = await MarketCorpus.RecordAsync([Contract], isCompact: true);
        await using RedisServer redis = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        foreach (int mebibytes in new[] { 16, 64, 256 })
        {
            string name = FormattableString.Invariant($"memory{mebibytes}");
            RelayKeys keys = new(name);
            long retention = (long)mebibytes << 20;
            double most = 0;
            await new Flood(connection, name, Contract, retention).RunAsync(frames, messages, async () =>
            {
                double bytes = 0;
                foreach (string key in keys.All)
                {
                    RedisResult usage = await connection.GetDatabase().ExecuteAsync("MEMORY", "USAGE", (RedisKey)key, "SAMPLES", "0");
                    bytes += usage.IsNull ? 0 : (double)usage;
                }

                most = Math.Max(most, bytes);
            });
            Console.WriteLine(FormattableString.Invariant($"RetentionBytes {mebibytes} MiB: {most / 1024 / 1024:0.0} MiB at most, {most / retention:0.00} times, after {messages} messages of {frames.Average(static frame => frame.Length):0} bytes; {await connection.GetDatabase().StreamLengthAsync(keys.Stream)} entries are kept"));
            await connection.GetDatabase().KeyDeleteAsync([.. keys.All.Select(static key => (RedisKey)key)]);
        }
    }
}
