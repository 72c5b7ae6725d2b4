using System.Collections.Concurrent;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>Kills leaders whose standbys are warm. Publishers run in separate processes.</summary>
public sealed class WarmStandbyTests(ITestOutputHelper output)
{
    private static readonly string[] Contracts = ["SAFAB03", "ETCDY03", "JJ"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_messages_that_are_lost_when_a_warm_standby_takes_over_from_a_killed_leader_lie_in_an_announced_interruption()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0, AcceptAnyContract = true }, cancellationToken: Token);
        List<NodeProcess> nodes = [NewNode(), NewNode(), NewNode()];
        await using RelaySource source = new(Relays.Options(redis));
        await using RelayReading reading = new(source, ContractSet.ByName(Contracts));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int published = 0;
        ConcurrentQueue<(string Contract, long Number)> unheard = []; // sent while no publisher was connected
        List<int> whole = []; // numbers sent after the reader was told that nothing is missing any more
        Task publishing = Task.CompletedTask;
        try
        {
            await simulator.WhenSubscribedAsync(1, Token);
            publishing = PublishAsync();
            await reading.WaitForAsync(Volatile.Read(ref published) + 10);
            for (int kill = 0; kill < 2; kill++)
            {
                NodeProcess? leader = null;
                await Relays.WhenAsync(() => (leader = nodes.Find(static node => node.Leads.Length > 0)) is not null);
                nodes.Remove(leader!);
                await leader!.SignalAsync("KILL");
                await leader.DisposeAsync();
                int killed = Volatile.Read(ref published) + 1; // the next leader publishes what is after this

                await Relays.WhenAsync(() => reading.Last > killed && !reading.IsInterrupted);
                int interrupted = Interruptions();
                int first = Volatile.Read(ref published) + 2; // one number may be on its way
                await reading.WaitForAsync(first + 10);
                int last = (int)reading.Last - 1;
                if (Interruptions() == interrupted) // a busy machine may interrupt the relay again
                {
                    whole.AddRange(Enumerable.Range(first, last - first + 1));
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

        List<(string Contract, long Number)> read = reading.Messages;
        output.WriteLine($"{published} numbers, {unheard.Count} messages sent to nobody, {(published * Contracts.Length) - read.Count} not read; {string.Join(", ", reading.Others)}");
        reading.Faults.Should().BeEmpty();
        unheard.Should().NotBeEmpty();
        read.Should().NotIntersectWith(unheard);
        Contracts.SelectMany(contract => whole.Select(number => (contract, (long)number))).Should().BeSubsetOf(read, "nothing is missing after an interruption has ended");

        NodeProcess NewNode() => NodeProcess.Start(redis.Configuration, simulator.CreateClientOptions(), TimeSpan.FromMilliseconds(500), hot: false, new Dictionary<string, string[]> { ["test"] = Contracts });

        int Interruptions() => reading.Events.Count(static happened => happened is FeedInterrupted);

        async Task PublishAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                int next = published + 1;
                foreach (string contract in Contracts)
                {
                    if (await Relays.PublishAsync(simulator, next, next, contract) == 0)
                    {
                        unheard.Enqueue((contract, next));
                    }
                }

                Volatile.Write(ref published, next);
                await Task.Delay(10, stop.Token);
            }
        }
    }
}
