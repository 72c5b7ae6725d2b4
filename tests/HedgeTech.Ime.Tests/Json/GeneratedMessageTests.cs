using System.Buffers;
using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>Checks properties over generated messages. A failure prints its seed. IME_TEST_ROUNDS multiplies the number of messages.</summary>
public sealed class GeneratedMessageTests
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("IME_TEST_ROUNDS") ?? "1", CultureInfo.InvariantCulture);

    private readonly int _seed = Environment.TickCount;

    [Fact]
    public void Order_dialect_spelling_and_unknown_members_do_not_change_the_snapshot()
    {
        Random random = new(_seed);
        SnapshotGenerator generator = new(random);
        WireRespelling respelling = new(random);
        for (int i = 0; i < 5_000 * Rounds; i++)
        {
            MarketSnapshot snapshot = generator.Next();
            byte[] message = respelling.Of(snapshot);

            if (!MarketSnapshotSerializer.TryDeserialize(message, out MarketSnapshot? read, out ImeFormatException? error) || !read.Equals(snapshot))
            {
                Assert.Fail($"Seed {_seed}, message {i}: {Encoding.UTF8.GetString(message)}\n{error?.Message}\n{read?.Unavailable} and not {snapshot.Unavailable}");
            }
        }
    }

    [Fact]
    public void Every_truncated_generated_message_is_refused()
    {
        Random random = new(_seed);
        SnapshotGenerator generator = new(random);
        WireRespelling respelling = new(random);
        for (int i = 0; i < 10 * Rounds; i++)
        {
            byte[] message = respelling.Of(generator.Next());
            for (int length = 0; length < message.Length; length++)
            {
                if (MarketSnapshotSerializer.TryDeserialize(message.AsSpan(0, length), out _, out ImeFormatException? error) || error.ByteOffset < 0 || error.ByteOffset > length)
                {
                    Assert.Fail($"Seed {_seed}, message {i}, {length} bytes, offset {error?.ByteOffset}: {Encoding.UTF8.GetString(message)}");
                }
            }
        }
    }

    [Fact]
    public void Random_bytes_yield_a_snapshot_or_a_format_error()
    {
        Random random = new(_seed);
        byte[] alphabet = "{}[]\":,\\u0dDnaN.eE+-I \0\xC3\xA9"u8.ToArray();
        byte[] buffer = new byte[64];
        for (int i = 0; i < 300_000 * Rounds; i++)
        {
            Span<byte> message = buffer.AsSpan(0, random.Next(buffer.Length));
            if (i % 2 == 0)
            {
                random.NextBytes(message);
            }
            else
            {
                random.GetItems(alphabet, message);
            }

            Check(message, i);
        }
    }

    [Fact]
    public void A_damaged_message_yields_a_snapshot_or_a_format_error()
    {
        Random random = new(_seed);
        SnapshotGenerator generator = new(random);
        WireRespelling respelling = new(random);
        byte[] message = [];
        int readable = 0;
        for (int i = 0; i < 60_000 * Rounds; i++)
        {
            if (i % 100 == 0)
            {
                message = respelling.Of(generator.Next());
            }

            readable += Check(Damage.Done(message, random), i) ? 1 : 0;
        }

        readable.Should().BePositive("the reader tolerates damage to a value or to an unknown member");
    }

    /// <summary>Returns whether the message is read. If it is, checks that the snapshot can be written and read again.</summary>
    private bool Check(ReadOnlySpan<byte> message, int round)
    {
        try
        {
            if (!MarketSnapshotSerializer.TryDeserialize(message, out MarketSnapshot? snapshot, out ImeFormatException? error))
            {
                if (error.ByteOffset < 0 || error.ByteOffset > message.Length || error.Reason.Length is 0 or > 300 || error.Reason.Any(char.IsControl))
                {
                    Assert.Fail($"Seed {_seed}, round {round}: offset {error.ByteOffset} of {message.Length}, {error.Reason}: {Convert.ToHexString(message)}");
                }

                return false;
            }

            ArrayBufferWriter<byte> output = new();
            MarketSnapshotSerializer.Serialize(snapshot, output);
            Assert.Equal(snapshot, MarketSnapshotSerializer.Deserialize(output.WrittenSpan));
            return true;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"Seed {_seed}, round {round}: {Convert.ToHexString(message)}", exception);
        }
    }
}
