using System.Runtime.CompilerServices;
using HedgeTech.Ime.Tests.Connection;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Leaving the loop does not wait for the server. Disposing the feed or its client does.</summary>
public sealed class LeavingTests
{
    public enum Way
    {
        Break,
        Exception,
        Cancellation,
    }

    [Theory]
    [InlineData(Way.Break)]
    [InlineData(Way.Exception)]
    [InlineData(Way.Cancellation)]
    public async Task Leaving_the_loop_does_not_wait_for_the_close_but_disposing_the_client_does(Way way)
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? served = null;
        await using RawPeer peer = RawPeer.Start(session => served = ServeAsync(session));
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = peer.Address, AccessToken = "token" });
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Patience.Token);
        MarketFeed feed = client.OpenFeed(ContractSet.ByName("x"));
        Leaving leaving = new(feed.ReadEventsAsync(caller.Token));
        try
        {
            await foreach (FeedEvent next in leaving)
            {
                next.Should().BeOfType<FeedConnected>();
                if (way == Way.Break)
                {
                    break;
                }

                if (way == Way.Exception)
                {
                    throw new InvalidOperationException("The loop fails.");
                }

                await caller.CancelAsync();
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException && way != Way.Break)
        {
            // This is the exception that ends the loop.
        }

        leaving.WasDoneAtOnce.Should().BeTrue("the consumer does not wait until the peer answers the close frame");
        feed.State.Should().Be(FeedState.Ended);
        release.SetResult();
        await client.DisposeAsync();
        await served!.WaitAsync(Patience.Token);
        client.ToString().Should().Contain("0 feeds");

        async Task ServeAsync(RawSession session)
        {
            await session.AcceptWebSocketAsync();
            (await session.ReadFrameAsync())!.Value.Opcode.Should().Be(RawSession.Close, "the close handshake continues in the background");
            await release.Task.WaitAsync(session.Stopped);
            await session.SendCloseAsync(1000);
            await session.WaitForEndAsync();
        }
    }

    [Fact]
    public async Task A_feed_that_never_starts_is_not_kept_by_its_client()
    {
        await using ImeClient client = new(new ImeClientOptions { AccessToken = "token" });
        WeakReference forgotten = OpenAndForget(client);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        forgotten.IsAlive.Should().BeFalse();
        client.ToString().Should().Contain("0 feeds");
    }

    [Fact]
    public async Task A_feed_that_has_not_started_ends_with_its_client()
    {
        ImeClient client = new(new ImeClientOptions { AccessToken = "token" });
        MarketFeed feed = client.OpenFeed(ContractSet.ByName("x"));
        MarketFeed claimed = client.OpenFeed(ContractSet.ByName("x"));
        IAsyncEnumerator<MarketSnapshot> snapshots = claimed.GetAsyncEnumerator(Patience.Token);
        feed.State.Should().Be(FeedState.Idle);
        await client.DisposeAsync();

        feed.State.Should().Be(FeedState.Ended);
        claimed.State.Should().Be(FeedState.Ended, "its client is disposed of, although the enumeration has not started");
        feed.Invoking(static f => f.GetAsyncEnumerator(CancellationToken.None)).Should().Throw<ObjectDisposedException>();
        feed.Invoking(static f => f.ReadEventsAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None)).Should().Throw<ObjectDisposedException>();
        await feed.Awaiting(static f => f.UpdateAsync(ContractSet.ByName("y"))).Should().ThrowAsync<ObjectDisposedException>();
        (await snapshots.MoveNextAsync()).Should().BeFalse("disposal ends a stream normally");
        claimed.State.Should().Be(FeedState.Ended);
        await claimed.DisposeAsync();
        await feed.DisposeAsync();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference OpenAndForget(ImeClient client) => new(client.OpenFeed(ContractSet.ByName("x")));

    /// <summary>Tells whether the disposal of the enumerator completed synchronously.</summary>
    private sealed class Leaving(IAsyncEnumerable<FeedEvent> events) : IAsyncEnumerable<FeedEvent>, IAsyncEnumerator<FeedEvent>
    {
        private readonly IAsyncEnumerator<FeedEvent> _events = events.GetAsyncEnumerator(CancellationToken.None);

        public bool WasDoneAtOnce { get; private set; }

        public FeedEvent Current => _events.Current;

        public IAsyncEnumerator<FeedEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => _events.MoveNextAsync();

        public ValueTask DisposeAsync()
        {
            ValueTask disposing = _events.DisposeAsync();
            WasDoneAtOnce = disposing.IsCompletedSuccessfully;
            return disposing;
        }
    }
}
