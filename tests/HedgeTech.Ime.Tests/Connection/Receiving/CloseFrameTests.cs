using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

/// <summary>Every close frame ends the line, even an invalid one, and regardless of what the server does afterwards.</summary>
public sealed class CloseFrameTests
{
    private static readonly byte[][] Payloads =
    [
        [],
        [3],
        .. new[] { 0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535 }.Select(static status => Payload(status)),
        Payload(1000, "A reason."u8),
        Payload(1001, [0xC3, 0x28]),
        Payload(1008, [0xFF]),
        Payload(1011, [.. Enumerable.Repeat((byte)'x', 123)]),
        Payload(1000, [.. Enumerable.Repeat((byte)'x', 124)]),
    ];

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_close_frame_of_any_kind_interrupts_the_feed(bool hasThreads, bool staysOpen)
    {
        await Task.WhenAll(Payloads.Select(payload => ExpectInterruptionAsync([.. RawSession.Frame(RawSession.Close, payload)], hasThreads, staysOpen, inPieces: false)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_close_frame_that_arrives_byte_by_byte_interrupts_the_feed(bool hasThreads)
    {
        byte[][] some = [Payload(1000), Payload(1006), Payload(1001, [0xC3, 0x28]), [3]];
        await Task.WhenAll(some.Select(payload => ExpectInterruptionAsync([.. RawSession.Frame(RawSession.Close, payload)], hasThreads, staysOpen: true, inPieces: true)));
    }

    private static async Task ExpectInterruptionAsync(byte[] frame, bool hasThreads, bool staysOpen, bool inPieces)
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            foreach (byte[] piece in inPieces ? frame.Chunk(1) : [frame])
            {
                await session.SendAsync(piece);
            }

            if (staysOpen)
            {
                await session.HoldAsync();
            }

            session.Dispose();
        });
        ImeClientOptions options = new()
        {
            BaseAddress = peer.Address,
            AccessToken = Open.Token,
            Connection = { DedicatedThreads = hasThreads, KeepAliveInterval = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(1) },
            Reconnect = { InitialDelay = TimeSpan.FromMinutes(1), MaxDelay = TimeSpan.FromMinutes(1) },
            Feed = { SilenceTimeout = Timeout.InfiniteTimeSpan },
        };
        await using ImeClient client = new(options);
        await using IAsyncEnumerator<FeedEvent> events = client.StreamEventsAsync(ContractSet.ByName("x"), Patience.Token).GetAsyncEnumerator(CancellationToken.None);

        Func<Task> reading = async () => await Simulated.ReadUntilAsync(events, static happened => happened is FeedInterrupted);

        await reading.Should().NotThrowAsync("{0} ends the line", Convert.ToHexString(frame));
    }

    private static byte[] Payload(int status, ReadOnlySpan<byte> reason = default) => [(byte)(status >> 8), (byte)status, .. reason];
}
