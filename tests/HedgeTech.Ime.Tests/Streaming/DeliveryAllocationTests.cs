using System.Diagnostics;
using System.Reflection;
using System.Text;
using HedgeTech.Ime.Tests.Connection;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The whole way, from the socket to the consumer.</summary>
[Collection(nameof(DeliveryAllocationTests))]
[CollectionDefinition(nameof(DeliveryAllocationTests), DisableParallelization = true)] // it counts what the whole process allocates
public sealed class DeliveryAllocationTests
{
    private const int SnapshotBytes = 432;
    private const int WarmUp = 5_000;
    private const int Measured = 10_000;
    private const int Rounds = 5;

    [Theory]
    [InlineData(FeedDelivery.EverySnapshot, 1, false)]
    [InlineData(FeedDelivery.LatestPerContract, 1, false)]
    [InlineData(FeedDelivery.EverySnapshot, 20, false)] // these are brought together
    [InlineData(FeedDelivery.EverySnapshot, 1, true)]
    [InlineData(FeedDelivery.EverySnapshot, 20, true)]
    public async Task A_message_costs_its_snapshot_and_nothing_else_from_the_socket_to_the_consumer(FeedDelivery delivery, int together, bool hasSink)
    {
        byte[] frame = RawSession.Frame(RawSession.Text, Encoding.UTF8.GetBytes(WireObject.Complete().ToText(isSpaced: true)));
        byte[] frames = [.. Enumerable.Repeat(frame, together).SelectMany(static bytes => bytes)];
        using SemaphoreSlim received = new(together);
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            await Task.Factory.StartNew(
                () =>
                {
                    // The next when the consumer has taken the last, so that it does, and not the buffer.
                    for (int sent = 0; sent <= WarmUp + (Rounds * Measured); sent += together)
                    {
                        for (int i = 0; i < together; i++)
                        {
                            received.Wait(session.Stopped);
                        }

                        session.Stream.Write(frames);
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            await session.HoldAsync();
        });
        ImeClientOptions options = new() { BaseAddress = peer.Address, AccessToken = "token" };
        options.Feed.Delivery = delivery;
        if (hasSink)
        {
            options.Feed.Sinks.Add(new CountingSink());
        }

        await using ImeClient client = new(options);

        long least = long.MaxValue;
        long before = 0;
        int count = 0;
        await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03"], Patience.Token))
        {
            if (count >= WarmUp && (count - WarmUp) % Measured == 0)
            {
                long now = GC.GetTotalAllocatedBytes(precise: true);
                least = count == WarmUp ? least : Math.Min(least, now - before);
                before = now;
                if (count == WarmUp + (Rounds * Measured))
                {
                    break;
                }
            }

            count++;
            received.Release();
        }

        // An unoptimised build makes classes of the state machines of async methods.
        bool isOptimised = typeof(ImeClient).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
        (least / (double)Measured).Should().BeInRange(SnapshotBytes, isOptimised ? SnapshotBytes : SnapshotBytes + 1024);
    }

    private sealed class CountingSink : IFeedSink
    {
        private long _bytes;

        public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame) => _bytes += frame.Length;

        public void OnEvent(FeedEvent feedEvent) => _bytes++;
    }
}
