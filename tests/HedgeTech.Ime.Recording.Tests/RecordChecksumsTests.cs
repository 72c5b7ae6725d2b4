using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>The checksums that are computed three at a time, against those that are computed alone.</summary>
public sealed class RecordChecksumsTests(ITestOutputHelper output)
{
    [Fact]
    public void Records_of_any_number_and_length_get_the_checksum_that_each_gets_alone()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            uint start = RecordHeader.SeedOf((ulong)random.NextInt64());
            byte[][] records = [.. Enumerable.Range(0, random.Next(8)).Select(_ => RecordOf(random, random.Next(random.Next(2) == 0 ? 20 : 2000)))];
            RecordChecksums checksums = new(start);
            foreach (byte[] record in records)
            {
                checksums.Add(record);
            }

            checksums.End();

            records.Select(static record => RecordHeader.Read(record).Checksum).Should().Equal(records.Select(record => RecordHeader.ChecksumOf(record, start)));
        }
    }

    private static byte[] RecordOf(Random random, int length)
    {
        byte[] record = new byte[RecordHeader.Size + length];
        random.NextBytes(record);
        RecordHeader.Write(record, length, RecordKind.Frame, RecordFlags.None, contract: 1, receivedAt: random.NextInt64());
        return record;
    }
}
