using System.Net.NetworkInformation;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class NetworkWatchTests
{
    [Fact]
    public async Task Network_watch_only_calls_its_current_listeners()
    {
        NetworkWatch watch = new AddressChanges().Watch();
        int heard = 0;
        using SemaphoreSlim afterwards = new(0);
        Action listener = () => Interlocked.Increment(ref heard);
        watch.Raise();
        watch.Changed += listener;
        watch.Changed += () => afterwards.Release();
        watch.Raise();
        await afterwards.WaitAsync(Patience.Token);
        watch.Changed -= listener;
        watch.Raise();
        await afterwards.WaitAsync(Patience.Token);

        heard.Should().Be(1);
    }

    [Fact]
    public async Task The_watch_subscribes_to_the_platform_only_while_it_has_listeners()
    {
        AddressChanges platform = new();
        NetworkWatch watch = platform.Watch();
        TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Action listener = () => heard.TrySetResult();
        watch.Changed += listener;
        watch.IsListenedTo.Should().BeTrue();
        await platform.Subscribed.WaitAsync(Patience.Token);
        platform.Change(static () => { });
        await heard.Task.WaitAsync(Patience.Token);
        watch.Changed -= listener;
        watch.IsListenedTo.Should().BeFalse();
        await platform.Emptied.WaitAsync(Patience.Token);
    }

    [Fact]
    public async Task Address_change_while_the_last_listener_leaves_does_not_deadlock()
    {
        AddressChanges platform = new();
        NetworkWatch watch = platform.Watch();
        Action listener = static () => { };
        watch.Changed += listener;
        await platform.Subscribed.WaitAsync(Patience.Token);
        using ManualResetEventSlim isChanging = new();
        using ManualResetEventSlim isLeaving = new();
        platform.Entering = isLeaving.Set;

        Task changing = Task.Run(
            () => platform.Change(() =>
            {
                isChanging.Set();
                isLeaving.Wait(Patience.Token);
            }),
            Patience.Token);
        isChanging.Wait(Patience.Token);
        Task leaving = Task.Run(() => watch.Changed -= listener, Patience.Token);

        await Task.WhenAll(changing, leaving).WaitAsync(Patience.Token);
        await platform.Emptied.WaitAsync(Patience.Token);
    }

    [Fact]
    public async Task A_handler_of_another_library_that_never_returns_does_not_keep_a_feed_from_starting_or_ending()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        AddressChanges platform = new();
        using ManualResetEventSlim isChanging = new();
        using ManualResetEventSlim isOver = new();
        Task changing = Task.Run(
            () => platform.Change(() =>
            {
                isChanging.Set();
                isOver.Wait(Patience.Token);
            }),
            Patience.Token);
        isChanging.Wait(Patience.Token);
        try
        {
            await Task.Run(StreamOnceAsync, Patience.Token).WaitAsync(Patience.Token);
        }
        finally
        {
            isOver.Set();
            await changing;
        }

        async Task StreamOnceAsync()
        {
            await using ImeClient client = new(Simulated.OptionsFor(simulated.Server), http: null, loggerFactory: null, timeProvider: null, network: platform.Watch());
            using CancellationTokenSource caller = new();
            await using IAsyncEnumerator<FeedEvent> events = client.StreamEventsAsync(Simulated.Contracts, caller.Token).GetAsyncEnumerator(CancellationToken.None);
            await Simulated.ReadUntilAsync(events, static happened => happened is FeedConnected);
            caller.Cancel();
            Func<Task> reading = async () => await Simulated.ReadUntilAsync(events, static _ => false);
            await reading.Should().ThrowAsync<OperationCanceledException>();
        }
    }

    [Fact]
    public async Task A_platform_that_reports_no_changes_is_logged()
    {
        RecordingLogger logger = new();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NetworkWatch watch = new(logger, Refuse, _ => left.SetResult());
        Action listener = static () => { };
        watch.Changed += listener;
        await asked.Task.WaitAsync(Patience.Token);
        watch.Changed -= listener;
        await left.Task.WaitAsync(Patience.Token);

        logger.Entries.Select(static entry => entry.Id.Id).Should().Equal(1120);

        void Refuse(NetworkAddressChangedEventHandler handler)
        {
            asked.SetResult();
            throw new PlatformNotSupportedException();
        }
    }

    [Fact]
    public async Task An_unexpected_failure_to_listen_ends_the_stream_with_that_exception()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        NetworkWatch watch = new(new RecordingLogger(), static _ => throw new FormatException("Unforeseen."), static _ => { });
        await using ImeClient client = new(Simulated.OptionsFor(simulated.Server), http: null, loggerFactory: null, timeProvider: null, network: watch);
        await using IAsyncEnumerator<FeedEvent> events = client.StreamEventsAsync(Simulated.Contracts, simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);

        Func<Task> reading = async () => await Simulated.ReadUntilAsync(events, static _ => false);

        await reading.Should().ThrowAsync<FormatException>();
    }

    [Fact]
    public async Task A_feed_that_ends_while_it_starts_no_longer_listens()
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
                    // Reads the stream to its end.
                }
            };
            await reading.Should().ThrowAsync<OperationCanceledException>();
            await cancelling;
        }

        simulated.Client.Network.IsListenedTo.Should().BeFalse();
    }
}
