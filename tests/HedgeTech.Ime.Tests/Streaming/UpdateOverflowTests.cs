using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Supervision;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Contracts change while the consumer takes no event and, because of <see cref="FeedOverflow.Wait"/>, reading waits.</summary>
public sealed class UpdateOverflowTests
{
    private static readonly string[] Names = [.. SimulatorContract.BuiltIn.Take(6).Select(static contract => contract.Code)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_update_that_the_loop_awaits_completes_although_reading_waits_for_the_loop(bool dedicatedThreads)
    {
        await using Simulated simulated = await Simulated.StartAsync(client: options => HoldReading(options, dedicatedThreads));
        await using MarketFeed feed = simulated.Client.OpenFeed(ContractSet.ByName(Names[0]));
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(simulated.Cancellation);
        TaskCompletionSource<long> last = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? publishing = null;
        List<long> numbers = [];
        List<FeedEvent> events = [];
        await foreach (FeedEvent next in feed.ReadEventsAsync(simulated.Cancellation))
        {
            if (next is not MarketSnapshot snapshot)
            {
                events.Add(next);
                publishing ??= PublishAsync(simulated, last, enough.Token);
                continue;
            }

            numbers.Add(snapshot.Aggregate.TradeCount);
            if (numbers.Count == 1)
            {
                await feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1]), simulated.Cancellation).WaitAsync(simulated.Cancellation);
                await enough.CancelAsync();
            }
            else if (last.Task.IsCompleted && numbers[^1] == await last.Task)
            {
                break;
            }
        }

        await publishing!;
        events.Where(static next => next is not FeedConnected).Should().BeEmpty();
        numbers.Should().Equal(Enumerable.Range(1, numbers.Count).Select(static number => (long)number), "a contract that stays neither loses nor repeats a message");
        feed.Statistics.Dropped.Should().Be(0);
        feed.Contracts.Should().Equal(ContractSet.ByName(Names[0], Names[1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_update_that_the_loop_cancels_ends_although_reading_waits_for_the_loop(bool dedicatedThreads)
    {
        await using Simulated simulated = await Simulated.StartAsync();
        ImeClientOptions options = Simulated.OptionsFor(simulated.Server);
        HoldReading(options, dedicatedThreads);

        // The clock does not advance, so the new connection never takes over.
        await using ImeClient client = new(options, timeProvider: new FakeTimeProvider());
        await using MarketFeed feed = client.OpenFeed(ContractSet.ByName(Names[0]));
        using CancellationTokenSource impatient = new();
        int snapshots = 0;
        bool isCancelled = false;
        await foreach (FeedEvent next in feed.ReadEventsAsync(simulated.Cancellation))
        {
            if (snapshots == 0 && next is FeedConnected)
            {
                await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
                await simulated.PublishAsync(20, Names[0]);
            }

            if (next is MarketSnapshot && ++snapshots == 1)
            {
                Task update = feed.UpdateAsync(ContractSet.ByName(Names[0], Names[1]), impatient.Token);
                await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
                await simulated.PublishAsync(20, Names[0]);
                await impatient.CancelAsync();
                await FluentActions.Awaiting(() => update.WaitAsync(simulated.Cancellation)).Should().ThrowAsync<OperationCanceledException>();
                update.IsCompleted.Should().BeTrue("the update must end before the test gives up");
                isCancelled = true;
            }

            if (snapshots == 40)
            {
                break;
            }
        }

        isCancelled.Should().BeTrue();
        feed.Statistics.Dropped.Should().Be(0);
        feed.Contracts.Should().Equal(ContractSet.ByName(Names[0]));
    }

    [Fact]
    public void Contracts_that_are_added_before_the_stream_starts_have_room_for_one_snapshot_each()
    {
        // The buffer has room for the set with which the feed was opened. The shards have the set with which the feed starts.
        FeedOptions options = new() { Capacity = 1 };
        FeedBuffer buffer = new(options, contracts: 1, snapshotsOnly: true);
        FeedSupervisor supervisor = new(buffer, options, new FeedPolicy(null, TimeSpan.FromSeconds(10), RefusedFor: TimeSpan.FromMinutes(5), KeepAliveInterval: TimeSpan.FromSeconds(15), CanRenewToken: false, RotatesConnections: false));
        Shard shard = supervisor.AddShard(ContractSet.ByName(Names));
        Moment now = Moments.Of(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
        supervisor.Lines.AttemptStarted(shard.Slots[0], now);
        Line line = supervisor.Lines.LineOpened(shard.Slots[0], new AccessToken("token", expiresAt: null), now);
        foreach (string name in Names)
        {
            supervisor.Received(line, new MarketSnapshot { Contract = ContractKey.Name(name), ReceivedAt = now.Utc }, bytes: 1, now);
        }

        supervisor.Statistics.Should().Match<FeedStatistics>(static statistics => statistics.Waiting == 6 && statistics.Dropped == 0);
    }

    private static void HoldReading(ImeClientOptions options, bool dedicatedThreads)
    {
        options.Feed.Overflow = FeedOverflow.Wait;
        options.Feed.Capacity = 1;
        options.Connection.DedicatedThreads = dedicatedThreads;
    }

    /// <summary>
    /// Publishes messages without a pause until it is cancelled, and at least as many as fill every buffer. Reports the number of the last message before it publishes
    /// that message, because the loop gets no message after it and must know that it is the last.
    /// </summary>
    private static async Task PublishAsync(Simulated simulated, TaskCompletionSource<long> last, CancellationToken enough)
    {
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        long published = 0;
        for (; published < 99 || !enough.IsCancellationRequested; published++)
        {
            await simulated.Server.PublishAsync(Names[0], simulated.Cancellation);
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, enough));
        }

        last.SetResult(published + 1);
        await simulated.Server.PublishAsync(Names[0], simulated.Cancellation);
    }
}
