using System.Globalization;
using System.Net.WebSockets;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

/// <summary>Frames of every kind, whole, damaged, truncated and in pieces. A failure prints its seed. IME_TEST_ROUNDS multiplies the number of rounds.</summary>
public sealed class HostileFramesTests
{
    private const int MaxMessageBytes = 2000;

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("IME_TEST_ROUNDS") ?? "1", CultureInfo.InvariantCulture);

    private readonly int _seed = Random.Shared.Next();
    private int _atHand;

    [Fact]
    public async Task Messages_arrive_whole_regardless_of_how_they_are_split_into_frames_and_reads()
    {
        Random random = new(_seed);
        for (int round = 0; round < 2_000 * Rounds; round++)
        {
            FrameScript script = FrameScript.Next(random);
            (List<ReceivedMessage> received, _) = await ReceiveAllAsync([.. script.Bytes], random, round);

            Check(received.Count == script.Messages.Count + 1, round, received[^1]);
            for (int i = 0; i < script.Messages.Count; i++)
            {
                byte[] sent = script.Messages[i];
                bool isShort = sent.Length <= MaxMessageBytes;
                bool isWhole = received[i].Kind == (isShort ? ReceivedKind.Message : ReceivedKind.Oversized)
                    && received[i].Length == sent.Length
                    && (isShort ? received[i].Bytes.Span.SequenceEqual(sent) : sent.AsSpan().StartsWith(received[i].Bytes.Span));
                Check(isWhole, round, (i, sent.Length, received[i]));
            }
        }

        _atHand.Should().BeGreaterThan(200 * Rounds, "many messages arrive together with the previous one");
    }

    [Fact]
    public async Task Damaged_frames_yield_messages_and_then_one_end()
    {
        Random random = new(_seed);
        int broken = 0;
        for (int round = 0; round < 8_000 * Rounds; round++)
        {
            List<byte> bytes = FrameScript.Next(random).Bytes;
            for (int damage = random.Next(1, 4); damage > 0 && bytes.Count > 0; damage--)
            {
                Damage(bytes, random);
            }

            (List<ReceivedMessage> received, ConnectionEnd end) = await ReceiveAllAsync([.. bytes], random, round, isDamaged: true);

            Check(end.Reason is InterruptionReason.ConnectionLost or InterruptionReason.Closed, round, end);
            Check(received.Sum(static message => message.Length) <= bytes.Count, round, bytes.Count);
            Check(received.TrueForAll(static message => message.Bytes.Length <= MaxMessageBytes), round, received);
            broken += end.Exception is WebSocketException { WebSocketErrorCode: not WebSocketError.ConnectionClosedPrematurely } ? 1 : 0;
        }

        broken.Should().BePositive("some damage breaks the protocol");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("fragments of a byte", false)]
    [InlineData("empty fragments", false)]
    [InlineData("pings", true)]
    public async Task Many_frames_of_one_message_take_neither_long_nor_much_memory(string what, bool isControl)
    {
        byte[] frame = what == "fragments of a byte" ? RawSession.Frame(RawSession.Continuation, [1], isFinal: false)
            : what == "empty fragments" ? RawSession.Frame(RawSession.Continuation, [], isFinal: false)
            : RawSession.Frame(RawSession.Ping, []);
        byte[] first = isControl ? [] : RawSession.Frame(RawSession.Text, [1], isFinal: false);
        byte[] bytes = [.. first, .. Enumerable.Repeat(frame, 300_000).SelectMany(static f => f), .. RawSession.Frame(isControl ? RawSession.Text : RawSession.Continuation, [2])];
        await using MarketConnection connection = Over(new PiecemealStream(bytes, new Random(1)));
        ReceivedMessage message = await connection.ReceiveAsync().AsTask().WaitAsync(TestContext.Current.CancellationToken);
        message.Kind.Should().Be(what == "fragments of a byte" ? ReceivedKind.Oversized : ReceivedKind.Message);
        message.Bytes.Length.Should().BeLessThanOrEqualTo(MaxMessageBytes);
        (await connection.ReceiveAsync()).Kind.Should().Be(ReceivedKind.End);
    }

    private static MarketConnection Over(Stream stream)
    {
        FrameStream frames = new(stream);
        WebSocket socket = WebSocket.CreateFromStream(frames, isServer: false, subProtocol: null, Timeout.InfiniteTimeSpan);
        return new MarketConnection(socket, new MessageReceiver(socket, frames, MaxMessageBytes), new Redactor(), new RecordingLogger());
    }

    private static void Damage(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count);
        int length = Math.Min(random.Next(1, 20), bytes.Count - at);
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    // Does not use Should(): this check runs very often, and an assertion would format its reason each time.
    private void Check(bool isRight, int round, object found)
    {
        if (!isRight)
        {
            Assert.Fail($"Seed {_seed}, round {round}: {found}");
        }
    }

    private async Task<(List<ReceivedMessage> Received, ConnectionEnd End)> ReceiveAllAsync(byte[] bytes, Random random, int round, bool isDamaged = false)
    {
        List<ReceivedMessage> received = [];
        await using MarketConnection connection = Over(new PiecemealStream(bytes, random));
        try
        {
            do
            {
                bool isAtHand = connection.HasMore;
                ValueTask<ReceivedMessage> receiving = connection.ReceiveAsync();
                _atHand += isAtHand ? 1 : 0;
                Check(isDamaged || receiving.IsCompleted || !isAtHand, round, "a message that has arrived must be received without waiting");
                ReceivedMessage message = await receiving;
                received.Add(message with { Bytes = message.Bytes.ToArray() });
            }
            while (received[^1].Kind != ReceivedKind.End);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {_seed}, round {round}: {Convert.ToHexString(bytes)}", failure);
        }

        return (received, connection.End);
    }
}
