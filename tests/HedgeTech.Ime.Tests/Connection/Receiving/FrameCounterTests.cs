using System.Buffers.Binary;
using System.Text;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

public sealed class FrameCounterTests
{
    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public void A_message_counts_once_its_last_byte_has_arrived_regardless_of_how_the_bytes_are_split()
    {
        Random random = new(_seed);
        for (int round = 0; round < 3_000; round++)
        {
            FrameScript script = FrameScript.Next(random);
            byte[] bytes = [.. script.Bytes];
            List<(int End, bool IsControl)> frames = [.. FramesOf(bytes)];
            FrameCounter counter = default;
            int most = random.Next(3) == 0 ? 3 : 10_000;
            int at = 0;
            while (at < bytes.Length)
            {
                int begin = at;
                at = Math.Min(bytes.Length, at + random.Next(1, most));
                counter.Add(bytes.AsSpan(begin..at));

                int bar = frames.Where(frame => frame.IsControl && frame.End > begin && frame.End <= at).Select(static frame => frame.End).DefaultIfEmpty(at).Min();
                int expected = frames.Count(frame => !frame.IsControl && frame.End <= bar);
                if (counter.Messages != expected)
                {
                    Assert.Fail($"Seed {_seed}, round {round}, bytes {begin} to {at} of {bytes.Length}: {counter.Messages} messages instead of {expected}.");
                }
            }
        }
    }

    [Theory]
    [InlineData("8100", 1, "an empty message")]
    [InlineData("0100 8000", 1, "an empty message in two frames")]
    [InlineData("8101", 0, "a message without its byte")]
    [InlineData("810141", 1, "a message of a byte")]
    [InlineData("817E000141", 1, "its length in two bytes")]
    [InlineData("817F000000000000000141", 1, "its length in eight bytes")]
    [InlineData("817FFFFFFFFFFFFFFFFF41", 0, "a length beyond any memory")]
    [InlineData("8181112233 4450", 1, "a mask, which no server may send")]
    [InlineData("8900 810141", 0, "the client may have to answer the ping before the message")]
    [InlineData("810141 8900 810141", 1, "only the message before the ping counts")]
    public void Counted_messages_can_be_received_without_waiting(string bytes, int messages, string because)
    {
        FrameCounter counter = default;

        counter.Add(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)));

        counter.Messages.Should().Be(messages, because);
    }

    [Fact]
    public void Messages_after_a_ping_count_once_the_next_bytes_arrive()
    {
        FrameCounter counter = default;
        counter.Add([.. RawSession.Frame(RawSession.Ping, []), .. RawSession.Frame(RawSession.Text, Encoding.UTF8.GetBytes("{}"))]);

        counter.Add(RawSession.Frame(RawSession.Text, []).AsSpan(0, 1));

        counter.Messages.Should().Be(1);
    }

    /// <summary>Returns where the last frame of each message ends, and where each control frame ends.</summary>
    private static IEnumerable<(int End, bool IsControl)> FramesOf(byte[] bytes)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            bool isControl = (bytes[at] & 0x08) != 0;
            bool isLast = (bytes[at] & 0x80) != 0;
            ReadOnlySpan<byte> header = bytes.AsSpan(at);
            at += header[1] switch
            {
                126 => 4 + BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
                127 => 10 + (int)BinaryPrimitives.ReadInt64BigEndian(header[2..]),
                _ => 2 + header[1],
            };
            if (isControl || isLast)
            {
                yield return (at, isControl);
            }
        }
    }
}
