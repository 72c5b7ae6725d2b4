using System.Text;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Sealing;
using ZstdSharp;

namespace HedgeTech.Ime.Recording.Tests;

public sealed class BlockCompressorTests
{
    [Fact]
    public void Any_block_is_decompressed_to_what_it_was()
    {
        int seed = Random.Shared.Next();
        using BlockCompressor compressor = new();
        for (int number = 0; number < 300; number++)
        {
            byte[] block = Block(new Random(seed + number));

            Decompressed(compressor, block).AsSpan().SequenceEqual(block).Should().BeTrue("seed {0}, block {1}", seed, number);
        }
    }

    [Fact]
    public void Long_values_that_differ_everywhere_are_decompressed_to_what_they_were()
    {
        byte[] block = [.. Record(1, Encoding.ASCII.GetBytes(new string('a', 4_000_000))), .. Record(1, Encoding.ASCII.GetBytes(new string('b', 4_000_000)))];
        using BlockCompressor compressor = new();

        Decompressed(compressor, block).AsSpan().SequenceEqual(block).Should().BeTrue();
    }

    [Fact]
    public void The_digits_that_two_values_of_different_lengths_end_with_are_not_stored_twice()
    {
        byte[] first = Record(1, "{\"price\":12590000.0}"u8);
        byte[] second = Record(1, "{\"price\":3230000.0}"u8);
        RecordMatches matches = new();

        matches.TryFind([.. first, .. second]);

        matches.Found[^1].matchLength.Should().Be((uint)"0000.0}".Length);
    }

    [Fact]
    public void Messages_of_a_market_take_a_tenth_less_than_with_zstd_alone()
    {
        byte[] block = Market(messages: 2_000);

        Own(block).Should().BeLessThan(Zstd(block) * 9 / 10);
    }

    [Fact]
    public void No_messages_take_more_than_with_zstd_alone()
    {
        byte[] random = new byte[4_000];
        new Random(1).NextBytes(random);
        foreach (byte[] block in (byte[][])[MadeUp(), [.. Enumerable.Range(0, 100).SelectMany(number => Record((ushort)number, [.. Encoding.ASCII.GetBytes(new string('x', number)), .. random]))]])
        {
            Own(block).Should().BeLessThanOrEqualTo(Zstd(block));
        }
    }

    private static int Own(byte[] block)
    {
        using BlockCompressor compressor = new();
        return compressor.Compress(block, new byte[Compressor.GetCompressBound(block.Length)]);
    }

    private static int Zstd(byte[] block)
    {
        using Compressor compressor = new(BlockCompressor.Level);
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(block, new byte[Compressor.GetCompressBound(block.Length)]);
    }

    private static byte[] Decompressed(BlockCompressor compressor, byte[] block)
    {
        byte[] packed = new byte[Compressor.GetCompressBound(block.Length)];
        int length = compressor.Compress(block, packed);
        using Decompressor decompressor = new();
        return decompressor.Unwrap(packed.AsSpan(0, length)).ToArray();
    }

    private static byte[] MadeUp()
    {
        MadeUpFeed feed = new(1);
        Records sink = new();
        feed.Give(sink, 1_000, snapshotsOnly: true);
        return [.. sink.Bytes];
    }

    /// <summary>Messages of four contracts whose prices walk and whose volumes grow.</summary>
    private static byte[] Market(int messages)
    {
        Random random = new(1);
        int[] price = [80_000, 1_250_000, 640_200, 31_000];
        long[] volume = new long[price.Length];
        List<byte> block = [];
        for (int number = 0; number < messages; number++)
        {
            int contract = random.Next(price.Length);
            price[contract] += random.Next(-2, 3) * 10;
            volume[contract] += random.Next(1, 20);
            string levels = string.Join(',', Enumerable.Range(1, 3).Select(level => $$"""
                "{{level}}":{"buy_quantity":{{random.Next(1, 60)}},"buy_price":{{price[contract] - (level * 10)}},"sell_quantity":{{random.Next(1, 60)}},"sell_price":{{price[contract] + (level * 10)}} }
                """));
            string message = $$$"""
                {"channel":"IME Stream","contractName":"C{{{contract}}}","timestamp":"2026-01-03T10:00:{{{number / 100:00}}}.{{{random.Next(1_000_000):000000}}}","data":{"BestLimit":{{{{levels}}} },"Aggregate":{"total_volume":{{{volume[contract]}}},"total_value":{{{volume[contract] * price[contract]}}},"last_price":{{{price[contract]}}}.0} } }
                """;
            block.AddRange(Record((ushort)contract, Encoding.ASCII.GetBytes(message)));
        }

        return [.. block];
    }

    /// <summary>Records of a few contracts: messages that are alike, with values of any length, some cut, some of random bytes, and sometimes a length that cannot be.</summary>
    private static byte[] Block(Random random)
    {
        List<byte> block = [];
        int records = random.Next(60);
        for (int number = 0; number < records; number++)
        {
            byte[] payload = random.Next(12) switch
            {
                0 => [],
                1 => [.. Enumerable.Range(0, random.Next(40)).Select(_ => (byte)random.Next(256))],
                2 => Encoding.UTF8.GetBytes(Message(random))[..random.Next(30)],
                3 => [.. Enumerable.Repeat((byte)random.Next('"', '}' + 1), random.Next(200))],
                _ => Encoding.UTF8.GetBytes(Message(random)),
            };
            byte[] record = Record((ushort)(random.Next(20) == 0 ? RecordHeader.NoContract : random.Next(4)), payload);
            if (random.Next(400) == 0)
            {
                random.NextBytes(record.AsSpan(0, 4));
            }

            block.AddRange(record);
        }

        return [.. block];
    }

    private static string Message(Random random) =>
        $$$"""{"contractName":"{{{Text(random, 8)}}}","data":{"1":{"buy_price":{{{random.Next()}}},"sell_price":{{{random.NextInt64(1L << random.Next(1, 60))}}} },"time":"10:{{{random.Next(60):00}}}:00","last":{{{random.NextDouble()}}},"text":"{{{Text(random, 40)}}}"}}""";

    private static string Text(Random random, int length) => new([.. Enumerable.Range(0, random.Next(length)).Select(_ => (char)random.Next('a', 'f'))]);

    private static byte[] Record(ushort contract, ReadOnlySpan<byte> payload)
    {
        byte[] record = new byte[RecordHeader.Size + payload.Length];
        RecordHeader.Write(record, payload.Length, RecordKind.Frame, RecordFlags.None, contract, payload.Length);
        payload.CopyTo(record.AsSpan(RecordHeader.Size));
        RecordHeader.Complete(record, (uint)payload.Length, 1);
        return record;
    }

    private sealed class Records : IFeedSink
    {
        public List<byte> Bytes { get; } = [];

        public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame) => Bytes.AddRange(Record((ushort)MadeUpFeed.Contracts.TakeWhile(contract => contract != snapshot.Contract).Count(), frame));

        public void OnEvent(FeedEvent feedEvent)
        {
        }
    }
}
