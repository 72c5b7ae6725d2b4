using System.Globalization;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>A relay on a cluster, and on a Redis with a replica that Sentinel watches.</summary>
public sealed class TopologyTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ime-topology-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task In_a_cluster_publishers_and_readers_find_the_node_of_the_relay_from_any_other(int known)
    {
        await using LocalRedis first = await StartNodeAsync("first");
        await using LocalRedis second = await StartNodeAsync("second");
        await JoinAsync(first, second);
        LocalRedis entry = known == 0 ? first : second;
        await using RunningRelay relay = await RunningRelay.StartAsync(entry);
        await relay.PublishAsync(1, 1);
        await relay.Reading.WaitForAsync(1);

        await relay.PublishAsync(2, 200);
        await relay.Reading.WaitForAsync(200);

        relay.Reading.Numbers.Should().Equal(Enumerable.Range(1, 200).Select(static number => (long)number));
        string[] keys = [await first.RunAsync("KEYS *"), await second.RunAsync("KEYS *")];
        keys.Should().ContainSingle(static answer => answer.Contains("{ime:test}", StringComparison.Ordinal), "all keys of a relay are on one node");
        (await relay.Leader.Publisher.CountReadersAsync(Token)).Should().Be(1);
    }

    [Fact]
    public async Task When_the_slot_of_a_relay_moves_to_another_node_of_the_cluster_nothing_is_lost()
    {
        await using LocalRedis first = await StartNodeAsync("first");
        await using LocalRedis second = await StartNodeAsync("second");
        await JoinAsync(first, second);
        await using RunningRelay relay = await RunningRelay.StartAsync(first);
        await relay.PublishAsync(1, 1);
        await relay.Reading.WaitForAsync(1);

        int published = 1;
        await MoveAsync(first, second, async () => await relay.PublishAsync(published + 1, published += 20));
        published = await relay.PublishUntilReadAsync(published, atLeast: 20);

        output.WriteLine(string.Join(", ", relay.Reading.Others));
        relay.Reading.Numbers.Should().Equal(Enumerable.Range(1, published).Select(static number => (long)number));
    }

    [Fact]
    public async Task When_Sentinel_promotes_the_replica_the_stream_continues_there()
    {
        await using LocalRedis primary = await LocalRedis.StartAsync();
        await using LocalRedis replica = await LocalRedis.StartAsync(more: ["--replicaof", "127.0.0.1", $"{primary.Port}"]);
        await AnswersAsync(replica, "INFO replication", "master_link_status:up");
        string settings = Path.Combine(_folder.FullName, "sentinel.conf");
        await File.WriteAllLinesAsync(settings, [$"sentinel monitor relay 127.0.0.1 {primary.Port} 1", "sentinel down-after-milliseconds relay 1000", "sentinel failover-timeout relay 3000"], Token);
        await using LocalRedis sentinel = await LocalRedis.StartAsync(more: [settings, "--sentinel"]);
        await AnswersAsync(sentinel, "SENTINEL REPLICAS relay", $"{replica.Port}");
        string configuration = $"{sentinel.Configuration},serviceName=relay";
        await using RunningRelay relay = await RunningRelay.StartAsync(sentinel, publishTo: configuration, readFrom: configuration);
        await relay.PublishAsync(1, 50);
        await relay.Reading.WaitForAsync(50);

        await primary.SignalAsync("KILL");
        int last = await relay.PublishUntilReadAsync(50);

        output.WriteLine(string.Join(", ", relay.Reading.Others));
        (await replica.RunAsync("INFO replication")).Should().Contain("role:master");
        (await replica.RunAsync("EXISTS {ime:test}:s")).Should().Contain(":1");
        List<long> numbers = relay.Reading.Numbers;
        numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems().And.EndWith(last);
        Enumerable.Range(1, numbers.Count - 1).Where(i => numbers[i] != numbers[i - 1] + 1).Should().BeSubsetOf(relay.Reading.Gaps, "each gap is announced");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private Task<LocalRedis> StartNodeAsync(string name) =>
        LocalRedis.StartAsync(more: ["--cluster-enabled", "yes", "--cluster-config-file", Path.Combine(_folder.FullName, $"{name}.conf")]);

    /// <summary>Makes a cluster of two nodes, each with half of the slots.</summary>
    private static async Task JoinAsync(LocalRedis first, LocalRedis second)
    {
        await first.RunAsync("CLUSTER ADDSLOTSRANGE 0 8191");
        await second.RunAsync("CLUSTER ADDSLOTSRANGE 8192 16383");
        await first.RunAsync($"CLUSTER MEET 127.0.0.1 {second.Port}");
        await AnswersAsync(first, "CLUSTER INFO", "cluster_state:ok");
        await AnswersAsync(second, "CLUSTER INFO", "cluster_state:ok");
    }

    /// <summary>Moves the slot of the relay to the node that does not have it.</summary>
    private static async Task MoveAsync(LocalRedis first, LocalRedis second, Func<Task> meanwhile)
    {
        string slot = (await first.RunAsync("CLUSTER KEYSLOT {ime:test}:s")).Trim().TrimStart(':');
        (LocalRedis from, LocalRedis to) = int.Parse(slot, CultureInfo.InvariantCulture) < 8192 ? (first, second) : (second, first);
        (string source, string target) = (await IdAsync(from), await IdAsync(to));
        await to.RunAsync($"CLUSTER SETSLOT {slot} IMPORTING {source}");
        await from.RunAsync($"CLUSTER SETSLOT {slot} MIGRATING {target}");
        await meanwhile();
        IEnumerable<string> keys = (await from.RunAsync("KEYS *")).Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("{ime:", StringComparison.Ordinal));
        (await from.RunAsync($"MIGRATE 127.0.0.1 {to.Port} \"\" 0 5000 KEYS {string.Join(' ', keys)}")).Should().Contain("+OK");
        await meanwhile();
        await to.RunAsync($"CLUSTER SETSLOT {slot} NODE {target}");
        await from.RunAsync($"CLUSTER SETSLOT {slot} NODE {target}");
    }

    private static async Task<string> IdAsync(LocalRedis node) => (await node.RunAsync("CLUSTER MYID")).Split('\n')[1].Trim();

    private static async Task AnswersAsync(LocalRedis redis, string command, string expected)
    {
        while (!(await redis.RunAsync(command)).Contains(expected, StringComparison.Ordinal))
        {
            await Task.Delay(50, Token);
        }
    }
}
