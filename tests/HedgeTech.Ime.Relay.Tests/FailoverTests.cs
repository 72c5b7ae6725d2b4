using System.Globalization;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>
/// Kills leaders, freezes them, and ends them normally while hot standbys are ready. Publishers run in separate processes, five relays in each, and three contracts in each relay.
/// <c>IME_RELAY_FAILOVERS</c> sets the number of takeovers. <c>IME_SEED</c> sets their kinds and their order.
/// </summary>
public sealed class FailoverTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(300);
    private static readonly string[] Kinds = ["KILL", "STOP", "END"];
    private static readonly string[] Contracts = ["SAFAB03", "ETCDY03", "JJ", "KK", "LL"];
    private static readonly Dictionary<string, string[]> Relayed = Enumerable.Range(0, 5).ToDictionary(static i => $"r{i + 1}", static i => Enumerable.Range(i, 3).Select(static j => Contracts[j % Contracts.Length]).ToArray());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ready_hot_standby_takes_over_from_a_killed_frozen_or_ended_leader_without_loss_or_repetition()
    {
        int failovers = Setting("IME_RELAY_FAILOVERS", 25);
        int seed = Setting("IME_SEED", Environment.TickCount);
        output.WriteLine($"IME_SEED={seed}");
        Random random = new(seed);
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0, AcceptAnyContract = true }, cancellationToken: Token);
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        List<NodeProcess> nodes = [];
        Dictionary<string, RelaySource> sources = Relayed.Keys.ToDictionary(static name => name, name => new RelaySource(new RelayOptions { Configuration = redis.Configuration, Name = name }));
        Dictionary<string, RelayReading> readings = sources.ToDictionary(static source => source.Key, static source => new RelayReading(source.Value, ContractSet.ByName(Relayed[source.Key])));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int published = 0;
        Task publishing = PublishAsync();
        Dictionary<string, int> excused = Relayed.Keys.ToDictionary(static name => name, static _ => 0);
        Dictionary<string, List<double>> takeovers = Kinds.ToDictionary(static kind => kind, static _ => new List<double>());
        try
        {
            nodes.Add(NewNode());
            await Relays.WhenAsync(() => nodes[0].Leads.Length == Relayed.Count);
            nodes.Add(NewNode());
            for (int done = 0; done < failovers;)
            {
                NodeProcess? victim = null;
                await Relays.WhenAsync(() => (victim = nodes.Find(IsReplaceable)) is not null);
                string[] led = victim!.Leads;
                Dictionary<string, int> unready = Relayed.Keys.ToDictionary(static name => name, name => nodes.Where(node => node != victim).Sum(node => node.Unready(name)));
                string kind = Kinds[random.Next(Kinds.Length)];
                Dictionary<string, int> interruptions = readings.ToDictionary(static reading => reading.Key, static reading => Interruptions(reading.Value));
                long at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                Task ended = kind == "END" ? victim.EndAsync() : victim.SignalAsync(kind);
                foreach (string name in led)
                {
                    await Relays.WhenAsync(() => nodes.Exists(node => node != victim && node.Leads.Contains(name)));
                }

                foreach (string name in led)
                {
                    await readings[name].WaitForAsync(Volatile.Read(ref published) + 1);
                    bool wasReady = nodes.Where(node => node != victim).Sum(node => node.Unready(name)) == unready[name];
                    int gaps = Interruptions(readings[name]) - interruptions[name];
                    if (gaps > 0)
                    {
                        wasReady.Should().BeFalse("the relay {0} was interrupted by {1} although its standby was ready", name, kind);
                        excused[name] += gaps;
                        excused.Values.Sum().Should().BeLessThanOrEqualTo(failovers, "a standby may only rarely be unready when it is needed");
                        continue;
                    }

                    takeovers[kind].Add(await FirstBarrierAsync(connection, name, at) - at);
                    done++;
                }

                await ended;
                if (kind == "STOP")
                {
                    await victim.SignalAsync("CONT");
                }
                else
                {
                    nodes.Remove(victim);
                    await victim.DisposeAsync();
                    nodes.Add(NewNode());
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            foreach (NodeProcess node in nodes)
            {
                await node.DisposeAsync();
            }
        }

        foreach ((string kind, List<double> times) in takeovers.Where(static kind => kind.Value.Count > 0))
        {
            output.WriteLine($"{kind}: {times.Count} takeovers, to the barrier {times.Min():0} to {times.Max():0} ms, median {times.Order().ElementAt(times.Count / 2):0} ms");
        }

        foreach ((string name, RelayReading reading) in readings)
        {
            output.WriteLine($"{name}: {reading.Messages.Count} messages to number {reading.Last}, {excused[name]} gaps of standbys that were not ready");
            reading.Messages.Select(static message => message.Contract).Distinct().Should().BeEquivalentTo(Relayed[name]);
            reading.Faults.Should().BeEmpty("no message of {0} may be missing unless a gap is announced, or come twice or out of order", name);
            await reading.DisposeAsync();
            await sources[name].DisposeAsync();
        }

        NodeProcess NewNode() => NodeProcess.Start(redis.Configuration, simulator.CreateClientOptions(), Lease, hot: true, Relayed);

        bool IsReplaceable(NodeProcess node) => node.Leads is { Length: > 0 } led && led.All(name => nodes.Exists(other => other != node && other.IsReady(name)));

        async Task PublishAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                int next = published + 1;
                foreach (string contract in Contracts)
                {
                    await Relays.PublishAsync(simulator, next, next, contract);
                }

                Volatile.Write(ref published, next);
                await Task.Delay(20, stop.Token);
            }
        }
    }

    private static int Interruptions(RelayReading reading) => reading.Events.Count(static happened => happened is FeedInterrupted);

    /// <summary>Returns the time of the first barrier after a given time, in ms since 1970.</summary>
    private static async Task<double> FirstBarrierAsync(ConnectionMultiplexer connection, string name, long since)
    {
        StreamEntry[] entries = await connection.GetDatabase().StreamRangeAsync(new RelayKeys(name).Stream, $"{since}-0");
        return entries.Where(static entry => ((byte[])entry["h"]!)[1] == (byte)EntryKind.Barrier).Select(static entry => double.Parse(((string)entry.Id!).Split('-')[0], CultureInfo.InvariantCulture)).First();
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
