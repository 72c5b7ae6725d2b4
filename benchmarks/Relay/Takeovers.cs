using System.Globalization;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Testing;
using StackExchange.Redis;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>The time from the end of a leader to the barrier of the next, by the clock of Redis: warm and hot, killed and ended in order. Publishers run in processes of their own.</summary>
internal static class Takeovers
{
    private const string Contract = "SAFAB03";

    public static async Task RunAsync(int rounds)
    {
        TimeSpan lease = new RelayOptions().LeaseDuration;
        await using RedisServer redis = await RedisServer.StartAsync();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 50 });
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        foreach (bool isHot in new[] { false, true })
        {
            string name = isHot ? "hot" : "warm";
            Dictionary<string, List<double>> times = new() { ["killed"] = [], ["ended in order"] = [] };
            ChildPublisher leader = Start();
            await leader.WhenAsync("leads");
            for (int i = 0; i < rounds * 2; i++)
            {
                ChildPublisher standby = Start();
                await standby.WhenAsync("ready");
                string kind = i % 2 == 0 ? "killed" : "ended in order";
                double at = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
                if (i % 2 == 0)
                {
                    await leader.KillAsync();
                }
                else
                {
                    leader.End();
                }

                await standby.WhenAsync("leads");
                await leader.WhenEndedAsync();
                leader.Dispose();
                leader = standby;
                times[kind].Add(await BarrierAsync(connection, name, at) - at);
            }

            await leader.KillAsync();
            leader.Dispose();
            foreach ((string kind, List<double> all) in times)
            {
                Console.WriteLine(FormattableString.Invariant($"{name}, {kind}: median {Figures.Median(all):0} ms, longest {all.Max():0} ms of {all.Count}; the lease is {lease.TotalMilliseconds:0} ms"));
            }

            ChildPublisher Start() => ChildPublisher.Start(redis.Configuration, name, simulator.CreateClientOptions(), Contract, lease, isHot);
        }
    }

    /// <summary>The time of the first barrier since then, in ms since 1970.</summary>
    private static async Task<double> BarrierAsync(ConnectionMultiplexer connection, string name, double since)
    {
        StreamEntry[] entries = await connection.GetDatabase().StreamRangeAsync(new RelayKeys(name).Stream, FormattableString.Invariant($"{since:0}-0"));
        return entries.Where(static entry => ((byte[])entry["h"]!)[1] == (byte)EntryKind.Barrier).Select(static entry => double.Parse(((string)entry.Id!).Split('-')[0], CultureInfo.InvariantCulture)).First();
    }
}
