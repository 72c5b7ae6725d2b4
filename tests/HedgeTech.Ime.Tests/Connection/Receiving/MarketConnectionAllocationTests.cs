using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

[Collection(nameof(MarketConnectionAllocationTests))]
[CollectionDefinition(nameof(MarketConnectionAllocationTests), DisableParallelization = true)] // counts the allocations of the whole process
public sealed class MarketConnectionAllocationTests
{
    private const int WarmUp = 2_000;
    private const int Measured = 5_000;
    private const int Rounds = 5;

    [Theory]
    [InlineData(true, false)]  // each receive waits for its message
    [InlineData(true, true)]
    [InlineData(false, false)] // the messages have arrived before they are received
    [InlineData(false, true)]
    public async Task Receiving_allocates_nothing_per_message(bool isOneByOne, bool isTls)
    {
        using SemaphoreSlim next = new(0);
        using SemaphoreSlim finished = new(0);
        using X509Certificate2 certificate = TransportHandlerTests.LoopbackCertificate();
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            byte[] frame = RawSession.Frame(RawSession.Text, [.. Enumerable.Repeat((byte)'a', 700)]);
            await Task.Factory.StartNew(
                () =>
                {
                    for (int i = 0; i < WarmUp + (Rounds * Measured); i++)
                    {
                        if (isOneByOne)
                        {
                            next.Wait(session.Stopped);
                        }

                        session.Stream.Write(frame);
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            await finished.WaitAsync(session.Stopped);
        }, isTls ? certificate : null);
        ConnectionOptions options = new() { DedicatedThreads = false, ServerCertificateValidation = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString() };
        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("x"), Patience.Token, options);

        int waited = await ReceiveAsync(connection, WarmUp, isOneByOne ? next : null);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            // Takes the minimum over some rounds, because the thread pool or a timer may allocate in one of them.
            long before = GC.GetTotalAllocatedBytes(precise: true);
            waited = await ReceiveAsync(connection, Measured, isOneByOne ? next : null);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        double each = least / (double)Measured;
        finished.Release();

        TestContext.Current.TestOutputHelper!.WriteLine($"{each:0.00} bytes per message, {waited} of {Measured} receives waited");

        // An unoptimized build compiles the state machines of async methods to classes, so it allocates them.
        bool isOptimised = typeof(MarketConnection).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
        each.Should().BeLessThan(isOptimised ? 1 : 512, "nothing is allocated per message");
        if (isOneByOne)
        {
            waited.Should().BeGreaterThan(Measured / 2, "otherwise the test has not measured the waiting path");
        }
    }

    private static async Task<int> ReceiveAsync(MarketConnection connection, int count, SemaphoreSlim? next)
    {
        int waited = 0;
        for (int i = 0; i < count; i++)
        {
            ValueTask<ReceivedMessage> receive = connection.ReceiveAsync();
            waited += receive.IsCompleted ? 0 : 1;
            next?.Release();
            if ((await receive).Length != 700)
            {
                throw new InvalidOperationException("Not the message that was sent.");
            }
        }

        return waited;
    }
}
