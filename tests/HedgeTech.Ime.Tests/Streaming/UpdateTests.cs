using System.Net;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Contracts are added and removed while the stream runs.</summary>
public sealed class UpdateTests
{
    private static readonly string[] Names = [.. SimulatorContract.BuiltIn.Take(6).Select(static contract => contract.Code)];

    [Fact]
    public async Task Contracts_that_stay_neither_lose_nor_repeat_messages_while_others_are_added_and_removed()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server => server.SubscribeDelay = TimeSpan.FromMilliseconds(5));
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[0], Names[1]));
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(simulated.Cancellation);
        Task<long> publishing = PublishUntilAsync(simulated, Names[0], enough.Token);
        for (int i = 0; i < 6; i++)
        {
            await stream.Feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1 + (i % 4)], Names[2 + (i % 4)]), simulated.Cancellation);
            simulated.Server.Connections.Should().ContainSingle("the old connection is closed when the update completes");
        }

        await enough.CancelAsync();
        long published = await publishing;
        await simulated.PublishAsync(1, Names[3]);
        await stream.WhenAsync(static s => s.NumbersOf(Names[3]).Count > 0);
        await stream.CaughtUpAsync(Names[0], published);

        stream.NumbersOf(Names[0]).Should().Equal(Enumerable.Range(1, (int)published).Select(static number => (long)number));
        stream.Events.Should().AllBeOfType<FeedConnected>().And.HaveCount(7);
        stream.Feed.Contracts.Should().BeEquivalentTo(ContractSet.ByName(Names[0], Names[2], Names[3]));
        stream.Feed.Statistics.Dropped.Should().Be(0);
    }

    [Fact]
    public async Task An_update_completes_in_time_even_if_the_clock_is_set_back_by_an_hour_meanwhile()
    {
        SteppedClock clock = new();
        await using Simulated simulated = await Simulated.StartAsync(timeProvider: clock);
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[0]));
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        Task updating = stream.Feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1]), simulated.Cancellation);
        await stream.WhenAsync(static s => s.Events.Count == 2);
        clock.Step(TimeSpan.FromHours(-1));

        await updating;
        stream.Feed.Contracts.Should().HaveCount(2);
        simulated.Server.Connections.Should().ContainSingle("the old connection is closed");
    }

    [Fact]
    public async Task An_update_that_is_made_does_not_wait_for_an_old_connection_that_still_brings_messages_once_its_caller_cancels()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[0]));
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        SimulatorConnection old = simulated.Server.Connections.Single();
        old.FreezePongs(); // The server no longer reads, so it never sees the close frame.
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(simulated.Cancellation);
        Task<long> publishing = PublishUntilAsync(simulated, Names[0], enough.Token);
        using CancellationTokenSource impatient = new();
        Task updating = stream.Feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1]), impatient.Token);
        await stream.WhenAsync(static s => s.Feed.Contracts.Count == 2);
        updating.IsCompleted.Should().BeFalse("the old connection still brings messages");

        await impatient.CancelAsync();
        await updating.WaitAsync(simulated.Cancellation);
        await enough.CancelAsync();
        await stream.CaughtUpAsync(Names[0], await publishing);
    }

    [Fact]
    public async Task Only_the_connections_that_change_are_replaced()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Connection.MaxContractsPerConnection = 2);
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[..4]));
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
        SimulatorConnection untouched = simulated.Server.Connections.Single(static connection => connection.Contracts.Contains(ContractKey.Name(Names[0])));
        await stream.WhenAsync(static s => s.Events.Count == 2);

        await stream.Feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1], Names[2], Names[5]), simulated.Cancellation);

        untouched.IsOpen.Should().BeTrue();
        simulated.Server.Connections.Should().HaveCount(2);
        simulated.Server.Handshakes.Should().HaveCount(3);
        ((FeedConnected)stream.Events[^1]).Contracts.Should().BeEquivalentTo(ContractSet.ByName(Names[2], Names[5]));
    }

    [Fact]
    public async Task A_refused_update_keeps_the_old_lines_and_its_exception_names_the_contracts_at_fault()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[..3]));
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        SimulatorConnection before = simulated.Server.Connections[0];

        Func<Task> update = () => stream.Feed.UpdateAsync(ContractSet.ByName([.. Names, "NO-SUCH"]), simulated.Cancellation);
        ImeSubscriptionRefusedException refused = (await update.Should().ThrowAsync<ImeSubscriptionRefusedException>()).Which;

        refused.Contracts.Should().Equal(ContractKey.Name("NO-SUCH"));
        before.IsOpen.Should().BeTrue();
        stream.Feed.Contracts.Should().Equal(ContractSet.ByName(Names[..3]));
        await simulated.Server.WhenAsync(static server => server.Connections.Count == 1, simulated.Cancellation);
        await simulated.PublishAsync(2, Names[0]);
        await stream.CaughtUpAsync(Names[0], 2);
        stream.Events.Should().ContainSingle("the refused update causes no event");

        await stream.Feed.UpdateAsync(ContractSet.ByName(Names), simulated.Cancellation);
        stream.Feed.Contracts.Should().HaveCount(6);
    }

    [Fact]
    public async Task Concurrent_updates_run_one_after_the_other()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[0]));
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await Task.WhenAll(Enumerable.Range(1, 5).Select(i => stream.Feed.UpdateAsync(ContractSet.ByName(Names[0], Names[i]), simulated.Cancellation)));

        simulated.Server.Connections.Should().ContainSingle().Which.Contracts.Should().BeEquivalentTo(stream.Feed.Contracts);
        simulated.Server.Handshakes.Should().HaveCount(6);
    }

    [Fact]
    public async Task A_cancelled_or_waiting_update_does_not_change_the_stream()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[0]));
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        simulated.Server.RefuseHandshakes(HttpStatusCode.ServiceUnavailable);
        using CancellationTokenSource impatient = new();
        Task update = stream.Feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1]), impatient.Token);
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count >= 4, simulated.Cancellation);
        await impatient.CancelAsync();
        await FluentActions.Awaiting(() => update).Should().ThrowAsync<OperationCanceledException>();
        await simulated.PublishAsync(1, Names[0]);
        await stream.CaughtUpAsync(Names[0], 1);
        stream.Feed.Contracts.Should().Equal(ContractSet.ByName(Names[0]));
        stream.Feed.State.Should().Be(FeedState.Live);

        Task patient = stream.Feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1]), simulated.Cancellation);
        int tried = simulated.Server.Handshakes.Count;
        await simulated.Server.WhenAsync(server => server.Handshakes.Count >= tried + 2, simulated.Cancellation);
        simulated.Server.ClearRefusals();
        await patient;
        await simulated.PublishAsync(1, Names[1]);
        await stream.WhenAsync(static s => s.NumbersOf(Names[1]).Count == 1);
    }

    [Fact]
    public async Task An_update_before_the_start_sets_the_contracts_and_an_update_after_the_end_is_refused()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(ContractSet.ByName(Names[0]));
        await feed.UpdateAsync(ContractSet.ByName(Names[1]), simulated.Cancellation);
        await using (IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None))
        {
            FeedConnected connected = (FeedConnected)(await Simulated.ReadUntilAsync(events, static e => e is FeedConnected))[^1];
            connected.Contracts.Should().Equal(ContractSet.ByName(Names[1]));
            await feed.DisposeAsync();
        }

        Func<Task> update = () => feed.UpdateAsync(ContractSet.ByName(Names[2]), simulated.Cancellation);
        await update.Should().ThrowAsync<ObjectDisposedException>();
        await feed.Invoking(f => f.UpdateAsync(null!)).Should().ThrowAsync<ArgumentNullException>();
    }

    [Fact]
    public async Task A_feed_that_ends_during_an_update_ends_the_update_too()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using Numbered stream = new(simulated, ContractSet.ByName(Names[0]));
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        simulated.Server.RefuseHandshakes(HttpStatusCode.ServiceUnavailable);
        Task update = stream.Feed.UpdateAsync(ContractSet.ByName(Names[1]), simulated.Cancellation);
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count >= 2, simulated.Cancellation);
        await stream.Feed.DisposeAsync();
        await FluentActions.Awaiting(() => update.WaitAsync(simulated.Cancellation)).Should().ThrowAsync<ObjectDisposedException>();
    }

    private static async Task<long> PublishUntilAsync(Simulated simulated, string contract, CancellationToken enough)
    {
        long published = 0;
        while (!enough.IsCancellationRequested)
        {
            await simulated.Server.PublishAsync(contract, simulated.Cancellation);
            published++;
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, enough));
        }

        return published;
    }
}
