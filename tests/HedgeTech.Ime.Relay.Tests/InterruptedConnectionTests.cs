using System.Net;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>Tests a leader with two connections to the service, one of which is interrupted.</summary>
public sealed class InterruptedConnectionTests
{
    private static readonly string[] Names = [Relays.Contract, "ETCDY03"];
    private static readonly ContractSet Contracts = ContractSet.ByName(Names);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_was_interrupted_when_its_leader_ended_is_reported_as_resumed_by_the_next_leader(bool hot)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelaySource source = new(Relays.Options(redis));
        await using RelayReading reading = new(source, Contracts);
        RelayNode leader = Node(hot);
        await leader.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(2, Token);
        await PublishUntilAsync(() => reading.Last > 0, from: 1);
        simulator.RefuseHandshakes(HttpStatusCode.ServiceUnavailable);
        simulator.Connections.First(static connection => connection.Contracts.Contains(ContractKey.Name(Names[0]))).Drop();
        await Relays.WhenAsync(() => Interrupted(reading).Contains(1));
        await leader.DisposeAsync();
        simulator.ClearRefusals();
        await using RelayNode next = Node(hot);
        await next.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(2, Token);

        // The interruption by the new leader ends with the first message after both of its connections were accepted, which need not be the first message.
        await PublishUntilAsync(() => reading.Last >= 1000 && Interrupted(reading).Count == 0, from: 1000);

        reading.Events.OfType<FeedResumed>().Should().Contain(static resumed => resumed.Connection == 1);

        RelayNode Node(bool isHot) => new(simulator, redis, isHot, contracts: Contracts, configure: Slow);

        async Task PublishUntilAsync(Func<bool> isDone, int from)
        {
            for (int number = from; !isDone(); number++)
            {
                await Relays.PublishAsync(simulator, number, number);
                await Relays.PublishAsync(simulator, number, number, Names[1]);
                await Task.Delay(20, Token);
            }
        }
    }

    [Fact]
    public async Task A_new_reader_learns_which_connection_of_the_leader_is_interrupted()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelaySource source = new(Relays.Options(redis));
        await using RelayNode leader = new(simulator, redis, hot: false, contracts: Contracts, configure: Slow);
        await leader.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(2, Token);
        await using RelayReading first = new(source, Contracts);
        simulator.RefuseHandshakes(HttpStatusCode.ServiceUnavailable);
        simulator.Connections.First(static connection => connection.Contracts.Contains(ContractKey.Name(Names[0]))).Drop();
        await Relays.WhenAsync(() => Interrupted(first).Contains(1));

        await using RelayReading second = new(source, Contracts);

        for (int number = 1; second.Last == 0; number++)
        {
            await Relays.PublishAsync(simulator, number, number, Names[1]);
            await Task.Delay(20, Token);
        }

        second.Events.OfType<FeedInterrupted>().Last(static interrupted => interrupted.Connection == 1).Contracts.Should().Equal(ContractSet.ByName(Names[0]));
    }

    private static void Slow(ImeClientOptions options)
    {
        options.Connection.MaxContractsPerConnection = 1;
        options.Reconnect.InitialDelay = options.Reconnect.MaxDelay = TimeSpan.FromMinutes(10); // a broken connection stays broken
    }

    private static HashSet<int> Interrupted(RelayReading reading)
    {
        HashSet<int> interrupted = [];
        foreach (FeedEvent happened in reading.Events)
        {
            _ = happened switch
            {
                FeedInterrupted begun => interrupted.Add(begun.Connection),
                FeedResumed ended => interrupted.Remove(ended.Connection),
                _ => false,
            };
        }

        return interrupted;
    }
}
