using System.Diagnostics;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Network;

/// <summary>Tests a stream over a faulty network, on real sockets. An outage is reported once, and no message that arrived is lost or repeated.</summary>
public sealed class FaultyNetworkTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    [InlineData("half-close")]
    public async Task A_connection_that_ends_is_one_outage_and_the_stream_continues(string fault)
    {
        await using Relayed relayed = await Relayed.StartAsync();
        await using Numbered stream = new(relayed.Simulated);
        for (int round = 1; round <= 5; round++)
        {
            await relayed.Simulated.Server.WhenSubscribedAsync(1, relayed.Simulated.Cancellation);
            await relayed.Simulated.PublishAsync(10);
            await stream.CaughtUpAsync(Simulated.Contract, round * 10);
            await stream.WhenAsync(_ => stream.Feed.State == FeedState.Live);
            SimulatorConnection before = relayed.Simulated.Server.Connections[0];
            RelayedConnection connection = relayed.Relay.Connections.Single(static c => c.IsStream);
            (fault == "cut" ? connection.Cut : fault == "reset" ? (Action)connection.Reset : connection.HalfClose)();
            await stream.WhenAsync(s => s.Events.OfType<FeedInterrupted>().Count() == round);
            await before.Ended.WaitAsync(relayed.Simulated.Cancellation);
        }

        await relayed.Simulated.Server.WhenSubscribedAsync(1, relayed.Simulated.Cancellation);
        await relayed.Simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 51);
        stream.NumbersOf(Simulated.Contract).Should().Equal(Enumerable.Range(1, 51).Select(static number => (long)number));
        stream.Events.OfType<FeedInterrupted>().Should().HaveCount(5).And.OnlyContain(static e => e.Reason == InterruptionReason.ConnectionLost);
        stream.Events.OfType<FeedResumed>().Should().HaveCount(5);
    }

    [Fact]
    public async Task A_stream_survives_a_cut_at_any_byte_of_handshake_frame_or_message()
    {
        await using Relayed relayed = await Relayed.StartAsync(
            static server => server.Rate = 200,
            static client => client.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(30));
        relayed.Relay.CutAfter = 1;
        await using Numbered stream = new(relayed.Simulated);
        int cuts = 0;
        for (int offset = 32; offset < 3000; offset += 31)
        {
            await relayed.Relay.HasCut.WaitAsync(relayed.Simulated.Cancellation);
            relayed.Relay.CutAfter = offset;
            cuts++;
        }

        relayed.Relay.CutAfter = null;
        long last = stream.NumbersOf(Simulated.Contract) is [.., var newest] ? newest : 0;
        await stream.WhenAsync(s => s.NumbersOf(Simulated.Contract) is [.., var number] && number > last + 10);

        stream.NumbersOf(Simulated.Contract).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        FeedEvent[] outages = [.. stream.Events.Where(static e => e is FeedInterrupted or FeedResumed)];
        outages.Should().HaveCountGreaterThan(2, "some cuts come after a whole message");
        outages.Select(static e => e is FeedInterrupted).Should().Equal(Enumerable.Range(0, outages.Length).Select(static i => i % 2 == 0), "they alternate");
        output.WriteLine($"{cuts} cuts, {outages.Length / 2} outages.");
    }

    [Fact]
    public async Task A_frozen_peer_is_noticed_by_its_missing_pong()
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(500);
        await using Relayed relayed = await Relayed.StartAsync(client: options =>
        {
            options.Connection.KeepAliveInterval = interval;
            options.Connection.KeepAliveTimeout = interval;
        });
        await using Numbered stream = new(relayed.Simulated);
        await relayed.Simulated.Server.WhenSubscribedAsync(1, relayed.Simulated.Cancellation);
        await relayed.Simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 1);
        Stopwatch time = Stopwatch.StartNew();
        relayed.Relay.Connections.Single(static c => c.IsStream).Freeze();
        await stream.WhenAsync(static s => s.Events.OfType<FeedInterrupted>().Any());
        output.WriteLine($"Noticed after {time.Elapsed.TotalMilliseconds:0} ms, at an interval and a time-out of {interval.TotalMilliseconds:0} ms.");
        stream.Events.OfType<FeedInterrupted>().Single().Reason.Should().Be(InterruptionReason.KeepAliveTimeout);
        await stream.WhenAsync(static s => s.Events.OfType<FeedConnected>().Count() == 2);
    }

    [Fact]
    public async Task A_slow_and_distant_network_loses_nothing_and_interrupts_nothing()
    {
        await using Relayed relayed = await Relayed.StartAsync();
        relayed.Relay.BytesPerSecond = 20_000;
        relayed.Relay.Delay = TimeSpan.FromMilliseconds(5);
        await using Numbered stream = new(relayed.Simulated);
        await relayed.Simulated.Server.WhenSubscribedAsync(1, relayed.Simulated.Cancellation);
        await relayed.Simulated.PublishAsync(60);
        await stream.CaughtUpAsync(Simulated.Contract, 60);
        stream.NumbersOf(Simulated.Contract).Should().HaveCount(60);
        stream.Events.Should().ContainSingle().Which.Should().BeOfType<FeedConnected>();
    }

    [Fact]
    public async Task A_long_loss_of_the_network_is_one_outage()
    {
        await using Relayed relayed = await Relayed.StartAsync();
        await using Numbered stream = new(relayed.Simulated);
        await relayed.Simulated.Server.WhenSubscribedAsync(1, relayed.Simulated.Cancellation);
        await relayed.Simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 1);
        relayed.Relay.IsAway = true;
        relayed.Relay.Connections.Single(static c => c.IsStream).Reset();
        await stream.WhenAsync(static s => s.Events.OfType<FeedInterrupted>().Any());
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            await relayed.Relay.TurnedAway.WaitAsync(relayed.Simulated.Cancellation);
        }

        relayed.Relay.IsAway = false;
        await relayed.Simulated.Server.WhenSubscribedAsync(1, relayed.Simulated.Cancellation);
        await relayed.Simulated.PublishAsync(1);
        await stream.WhenAsync(static s => s.Events.OfType<FeedResumed>().Any());
        stream.Events.OfType<FeedInterrupted>().Should().ContainSingle();
        stream.Events.OfType<FeedResumed>().Should().ContainSingle().Which.Attempts.Should().BeGreaterThan(2);
    }

    [Fact]
    public async Task One_failing_connection_for_two_hundred_Persian_names_disturbs_no_other()
    {
        string[] names = [.. Enumerable.Range(1, 200).Select(static i => $"قرارداد آتی شماره {i} ی ك")];
        await using Relayed relayed = await Relayed.StartAsync(static server => server.AcceptAnyContract = true);
        string failing = names[0];
        relayed.Relay.CutsWhich = c => Uri.UnescapeDataString(c.Handshake!.Split(' ')[1]).Contains($"={failing}&", StringComparison.Ordinal);
        await using Numbered stream = new(relayed.Simulated, ContractSet.ByName(names));
        await stream.WhenAsync(static s => s.Feed.State == FeedState.Live);
        int shards = relayed.Simulated.Server.Connections.Count;
        shards.Should().BeGreaterThan(3);
        await relayed.Simulated.Server.WhenSubscribedAsync(shards, relayed.Simulated.Cancellation);

        relayed.Relay.CutAfter = 2000;
        for (int round = 1; round <= 5; round++)
        {
            foreach (string name in names)
            {
                await relayed.Simulated.PublishAsync(1, name);
            }
        }

        await stream.WhenAsync(static s => s.Events.OfType<FeedInterrupted>().Any());
        relayed.Relay.CutAfter = null;
        await relayed.Simulated.Server.WhenSubscribedAsync(shards, relayed.Simulated.Cancellation);
        await relayed.Simulated.PublishAsync(1, failing);
        await stream.WhenAsync(static s => s.Events.OfType<FeedResumed>().Any());

        int down = stream.Events.OfType<FeedInterrupted>().First().Connection;
        stream.Events.OfType<FeedInterrupted>().Should().OnlyContain(e => e.Connection == down && e.Contracts.Contains(ContractKey.Name(failing)));
        ContractSet disturbed = stream.Events.OfType<FeedInterrupted>().First().Contracts;
        foreach (string name in names.Where(name => !disturbed.Contains(ContractKey.Name(name))))
        {
            await stream.CaughtUpAsync(name, 5);
            stream.NumbersOf(name).Should().Equal(1, 2, 3, 4, 5);
        }
    }
}
