using System.Diagnostics;
using System.Reflection;
using System.Text;
using HedgeTech.Ime.Tests.Connection;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Measures the allocations from the socket to the consumer.</summary>
[Collection(nameof(DeliveryAllocationTests))]
[CollectionDefinition(nameof(DeliveryAllocationTests), DisableParallelization = true)] // counts the allocations of the whole process
public sealed class DeliveryAllocationTests
{
    private const int SnapshotBytes = 432;
    private const int WarmUp = 5_000;
    private const int Measured = 10_000;
    private const int Rounds = 5;

    [Theory]
    [InlineData(FeedDelivery.EverySnapshot, 1, false)]
    [InlineData(FeedDelivery.LatestPerContract, 1, false)]
    [InlineData(FeedDelivery.EverySnapshot, 20, false)] // messages that arrive together
    [InlineData(FeedDelivery.EverySnapshot, 1, true)]
    [InlineData(FeedDelivery.EverySnapshot, 20, true)]
    public async Task A_message_allocates_only_its_snapshot_from_the_socket_to_the_consumer(FeedDelivery delivery, int together, bool hasSink)
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
                    // Sends the next messages after the consumer has taken the last ones, so that no message waits in the buffer.
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

        // An unoptimized build compiles the state machines of async methods to classes, so it allocates them.
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
