using System.IO.Compression;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class CompressionTests
{
    private const int CompressedText = 0x40 | RawSession.Text; // RSV1, RFC 7692 section 6

    [Fact]
    public async Task Compression_is_offered_if_the_option_is_set_and_compressed_and_plain_messages_are_read()
    {
        byte[] message = WireObject.Complete().ToUtf8();
        string? offer = null;
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            RawRequest request = await session.AcceptWebSocketAsync(header: "Sec-WebSocket-Extensions: permessage-deflate\r\n");
            offer = request.Header("Sec-WebSocket-Extensions");
            byte[] compressed = RawSession.Frame(CompressedText, Compress(message));
            await session.SendAsync([.. compressed, .. RawSession.Frame(RawSession.Text, message), .. RawSession.Frame(CompressedText, Compress(message))]);
            await session.HoldAsync();
        });
        ImeClientOptions options = new() { BaseAddress = peer.Address, AccessToken = "token" };
        options.Connection.OfferCompression = true;
        await using ImeClient client = new(options);
        List<MarketSnapshot> snapshots = [];
        await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03"], Patience.Token))
        {
            snapshots.Add(snapshot with { ReceivedAt = default });
            if (snapshots.Count == 3)
            {
                break;
            }
        }

        offer.Should().StartWith("permessage-deflate");
        snapshots.Should().AllBeEquivalentTo(MarketSnapshotSerializer.Deserialize(message));
    }

    [Fact]
    public async Task Messages_of_a_server_that_ignores_the_offer_of_compression_are_read()
    {
        string? offer = null;
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            offer = (await session.AcceptWebSocketAsync()).Header("Sec-WebSocket-Extensions");
            await session.SendTextAsync("{}");
            await session.HoldAsync();
        });
        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("x"), Patience.Token, new ConnectionOptions { OfferCompression = true });

        (await MarketConnectionTests.NextAsync(connection)).Length.Should().Be(2);
        offer.Should().NotBeNull();
    }

    [Fact]
    public async Task A_message_that_exceeds_the_limit_only_after_decompression_is_skipped()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(
            static async session =>
            {
                await session.SendAsync([.. RawSession.Frame(CompressedText, Compress(new byte[100_000_000])), .. RawSession.Frame(CompressedText, Compress("{}"u8.ToArray()))]);
                await session.HoldAsync();
            },
            new ConnectionOptions { OfferCompression = true, MaxMessageBytes = 1000 },
            header: "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n");
        await using (peer)
        await using (connection)
        {
            ReceivedMessage longMessage = await MarketConnectionTests.NextAsync(connection);
            longMessage.Kind.Should().Be(ReceivedKind.Oversized);
            longMessage.Length.Should().Be(100_000_000);
            (await MarketConnectionTests.NextAsync(connection)).Length.Should().Be(2);
        }
    }

    // Flushes, and omits the four bytes with which every flush ends.
    private static byte[] Compress(byte[] message)
    {
        using MemoryStream packed = new();
        using DeflateStream deflate = new(packed, CompressionLevel.Fastest);
        deflate.Write(message);
        deflate.Flush();
        return packed.ToArray()[..^4];
    }
}
