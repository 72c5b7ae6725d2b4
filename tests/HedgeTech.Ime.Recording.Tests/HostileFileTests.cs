using System.Buffers.Binary;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Sealing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests files that are crafted to cost much time and memory.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int HostileBytes = 64 * 1024 * 1024;

    /// <summary>Reading takes one or two seconds. Without a limit, it takes hours.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_plain_file_full_of_false_marks_is_read_in_linear_time_including_the_intact_data_after_them(int patterns)
    {
        MadeUpFeed feed = new(1) { Padding = 4000, HasOutages = false };
        SegmentFile segment = await RecordAsync(feed, isSealed: false);
        byte[] file = await File.ReadAllBytesAsync(segment.FullPath, Cancellation);
        (int place, uint number) = FirstMark(segment);
        byte[] hostile = new byte[HostileBytes];
        for (int at = 0; at + 100 < hostile.Length;)
        {
            at += FalseMark(hostile.AsSpan(at), number);
            for (int pattern = 0; pattern < patterns; pattern++)
            {
                SegmentMark.Sync.CopyTo(hostile.AsSpan(at));
                at += SegmentMark.Sync.Length;
            }
        }

        await File.WriteAllBytesAsync(segment.FullPath, [.. file.AsSpan(0, place), .. hostile, .. file.AsSpan(place)], Cancellation);

        await ShouldReadAllAsync(feed, maxBytes: 4L * HostileBytes);
    }

    [Fact]
    public async Task A_plain_file_of_valid_marks_with_false_records_between_them_is_read_in_linear_time()
    {
        MadeUpFeed feed = new(1) { Padding = 4000, HasOutages = false };
        SegmentFile segment = await RecordAsync(feed, isSealed: false);
        byte[] hostile = new byte[HostileBytes];
        uint number = 1_000_000;
        for (int at = 0; at + 200 < hostile.Length; number++)
        {
            byte[] valid = ValidMark(segment, number);
            valid.CopyTo(hostile, at);
            at += valid.Length;
            at += FalseMark(hostile.AsSpan(at), number + 1);
        }

        await using (FileStream file = new(segment.FullPath, FileMode.Append))
        {
            await file.WriteAsync(hostile, Cancellation);
        }

        await ShouldReadAllAsync(feed, maxBytes: 16L * HostileBytes); // the reader reports each damaged place
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_compressed_file_full_of_false_blocks_is_read_in_linear_time_including_the_intact_data_after_them(bool areSkippable)
    {
        MadeUpFeed feed = new(2) { Padding = 4000, HasOutages = false };
        SegmentFile segment = await RecordAsync(feed, isSealed: true);
        byte[] file = await File.ReadAllBytesAsync(segment.FullPath, Cancellation);
        int place = (int)segment.ReadIndex()!.Blocks[1].Place;
        byte[] hostile = new byte[HostileBytes]; // the last quarter consists of zeros, which are consecutive headers of empty blocks
        for (int at = 0; at < hostile.Length / 4 * 3; at += 12)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(hostile.AsSpan(at), areSkippable ? ZstdFrame.SkippableMagic : ZstdFrame.Magic);
            if (areSkippable)
            {
                BinaryPrimitives.WriteInt32LittleEndian(hostile.AsSpan(at + 4), hostile.Length / 4);
            }
            else
            {
                hostile[at + 4] = 0xA4; // a single segment, whose length takes 4 bytes, with a checksum
                BinaryPrimitives.WriteInt32LittleEndian(hostile.AsSpan(at + 5), 1_000_000);
                hostile[at + 11] = 0x1E; // a raw block of almost 2 MiB
            }
        }

        await File.WriteAllBytesAsync(segment.FullPath, [.. file.AsSpan(0, place), .. hostile, .. file.AsSpan(place)], Cancellation);

        await ShouldReadAllAsync(feed, maxBytes: 4L * HostileBytes);
    }

    private async Task<SegmentFile> RecordAsync(MadeUpFeed feed, bool isSealed)
    {
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = isSealed }))
        {
            feed.Give(recorder, 2_500);
        }

        SegmentFile segment = RecordingFolder.AllFiles(_folder.Path).Single(file => file.IsSealed == isSealed);
        File.Delete((segment with { IsSealed = !isSealed }).FullPath);
        return segment;
    }

    private async Task ShouldReadAllAsync(MadeUpFeed feed, long maxBytes)
    {
        (RecordingReport report, long allocated) = await Task.Run(
            () =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                RecordingReport verified = RecordingVerifier.Verify(_folder.Path);
                return (verified, GC.GetAllocatedBytesForCurrentThread() - before);
            },
            Cancellation).WaitAsync(Patience, Cancellation);

        (report.Snapshots + report.Events).Should().Be(feed.Given.Count);
        report.Damage.Should().NotBeEmpty();
        allocated.Should().BeLessThan(maxBytes);
    }

    /// <summary>Writes the header of a mark that claims half of the remaining bytes as its length.</summary>
    private static int FalseMark(Span<byte> target, uint number)
    {
        RecordHeader.Write(target, target.Length / 2, RecordKind.Mark, RecordFlags.None, RecordHeader.NoContract, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], number);
        return RecordHeader.Size;
    }

    private static (int Place, uint Number) FirstMark(SegmentFile segment)
    {
        using RecordReader reader = segment.Read(static damage => Assert.Fail(damage.ToString()));
        while (reader.TryRead(out Reading.Record record))
        {
            if (record.Header.Kind == RecordKind.Mark)
            {
                return ((int)reader.RecordPosition, record.Header.Number);
            }
        }

        throw new InvalidOperationException("The segment has no mark.");
    }

    private static byte[] ValidMark(SegmentFile segment, uint number)
    {
        PayloadWriter payload = new();
        new SegmentMark(default, 0, []).Write(payload);
        byte[] mark = new byte[RecordHeader.Size + payload.Written.Length];
        RecordHeader.Write(mark, payload.Written.Length, RecordKind.Mark, RecordFlags.None, RecordHeader.NoContract, 0);
        payload.Written.CopyTo(mark.AsSpan(RecordHeader.Size));
        RecordHeader.Complete(mark, number, RecordHeader.SeedOf(segment.Name.Id));
        return mark;
    }
}
