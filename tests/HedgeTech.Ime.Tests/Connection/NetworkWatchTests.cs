using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class NetworkWatchTests
{
    [Fact]
    public void Network_watch_calls_its_listeners_and_nobody_who_has_left()
    {
        NetworkWatch watch = new(new RecordingLogger());
        int heard = 0;
        Action listener = () => heard++;
        watch.Raise();
        watch.Changed += listener;
        watch.IsListenedTo.Should().BeTrue();
        watch.Raise();
        watch.Changed -= listener;
        watch.IsListenedTo.Should().BeFalse();
        watch.Raise();
        heard.Should().Be(1);
    }

    [Fact]
    public async Task A_feed_that_ends_while_it_begins_listens_no_more()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        for (int i = 0; i < 300; i++)
        {
            using CancellationTokenSource caller = new();
            await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
            await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(caller.Token).GetAsyncEnumerator(CancellationToken.None);
            using Barrier start = new(2);
            Task cancelling = Task.Run(
                () =>
                {
                    start.SignalAndWait();
                    caller.Cancel();
                },
                simulated.Cancellation);
            start.SignalAndWait(simulated.Cancellation);
            Func<Task> reading = async () =>
            {
                while (await events.MoveNextAsync())
                {
                    // To its end.
                }
            };
            await reading.Should().ThrowAsync<OperationCanceledException>();
            await cancelling;
        }

        simulated.Client.Network.IsListenedTo.Should().BeFalse();
    }
}
