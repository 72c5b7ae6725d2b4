using System.Globalization;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>A damaged file never causes an exception or a wrong message. The reader names the damaged place and reads all intact data.</summary>
public sealed class MutilationTests : IDisposable
{
    private const string CountVariable = "IME_MUTILATIONS";
    private const string SeedVariable = "IME_MUTILATION_SEED";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_segment_yields_all_its_intact_blocks_and_no_wrong_event(bool isSealed)
    {
        int count = int.Parse(Environment.GetEnvironmentVariable(CountVariable) ?? "60", CultureInfo.InvariantCulture);
        int seed = Environment.GetEnvironmentVariable(SeedVariable) is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
        MadeUpFeed feed = new(1, time.GetUtcNow()) { Padding = 4000, HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = true }, timeProvider: time))
        {
            for (int part = 0; part < 10; part++)
            {
                feed.Give(recorder, 40);
                await recorder.FlushAsync(TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromSeconds(2)); // the next part begins with a mark
            }
        }

        SegmentFile plain = RecordingFolder.AllFiles(_folder.Path).Single(static file => !file.IsSealed);
        Sealing.SealedFileWriter.Write(plain, static () => false, blockBytes: 64 * 1024); // more and shorter blocks than usual, so that a run takes less time
        List<(long Start, int Records)> blocks = Blocks(plain, isSealed);
        blocks.Should().HaveCountGreaterThan(8);
        SegmentFile segment = plain with { IsSealed = isSealed };
        File.Delete((plain with { IsSealed = !isSealed }).FullPath);
        byte[] intact = await File.ReadAllBytesAsync(segment.FullPath, TestContext.Current.CancellationToken);

        for (int index = 0; index < count; index++)
        {
            Random random = new(seed + index);
            Mutilation mutilation = Mutilation.Of(random, intact.Length);
            byte[] file = mutilation.Apply(intact, random);
            await File.WriteAllBytesAsync(segment.FullPath, file, TestContext.Current.CancellationToken);
            string because = $"{CountVariable}={count} {SeedVariable}={seed}, number {index}: {mutilation}";

            HashSet<int> read = await ReadAsync(feed.Given, because);
            RecordingReport report = RecordingVerifier.Verify(_folder.Path);

            (report.Snapshots + report.Events).Should().Be(read.Count, because);
            (report.Damage.Count + report.Gaps.Count > 0 || file.AsSpan().SequenceEqual(intact)).Should().BeTrue("the reader must notice this damage: {0}", because);
            if (report.Damage.Count > 0)
            {
                report.Damage.Should().Contain(one => one.Offset <= mutilation.Offset + mutilation.NewLength && one.Offset + one.Length >= mutilation.Offset, because);
            }

            for (int block = 0; block < blocks.Count - 1; block++)
            {
                bool isIntact = blocks[block].Start > mutilation.Offset + mutilation.Length || blocks[block + 1].Start < mutilation.Offset;
                for (int record = blocks[block].Records; isIntact && record < blocks[block + 1].Records; record++)
                {
                    if (!read.Contains(record))
                    {
                        Assert.Fail($"Record {record} of an intact block was not read: {because}");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_the_identifier_of_a_segment_costs_no_message()
    {
        MadeUpFeed feed = new(1) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }))
        {
            feed.Give(recorder, 40);
        }

        SegmentFile plain = RecordingFolder.AllFiles(_folder.Path).Single();
        byte[] file = await File.ReadAllBytesAsync(plain.FullPath, TestContext.Current.CancellationToken);
        int place = file.AsSpan().IndexOf(BitConverter.GetBytes(plain.Name.Id));
        place.Should().BeInRange(RecordHeader.Size, RecordHeader.Size + BitConverter.ToInt32(file), "the first record holds the identifier");
        file[place] ^= 1;
        await File.WriteAllBytesAsync(plain.FullPath, file, TestContext.Current.CancellationToken);

        HashSet<int> read = await ReadAsync(feed.Given, "all records but the first are intact");

        read.Should().HaveCount(feed.Given.Count);
    }

    /// <summary>Returns where each block starts in the file, and the number of snapshots and events before it. The last entry is the end of the file.</summary>
    private static List<(long Start, int Records)> Blocks(SegmentFile plain, bool isSealed)
    {
        List<(long Start, int Records)> marks = [];
        using RecordReader reader = plain.Read(static damage => Assert.Fail(damage.ToString()));
        int records = 0;
        while (reader.TryRead(out Reading.Record record))
        {
            if (record.Header.Kind is RecordKind.Begin or RecordKind.Mark or RecordKind.End)
            {
                marks.Add((reader.RecordPosition, records));
            }

            records += record.Header.Kind is RecordKind.Frame or RecordKind.Event ? 1 : 0;
        }

        if (!isSealed)
        {
            return marks;
        }

        List<(long Start, int Records)> blocks = [];
        long position = 0;
        foreach (Sealing.SealedBlock block in (plain with { IsSealed = true }).ReadIndex()!.Blocks)
        {
            blocks.Add((block.Place, marks.Single(mark => mark.Start == position).Records));
            position += block.Length;
        }

        return [.. blocks, (blocks[^1].Start + (plain with { IsSealed = true }).ReadIndex()!.Blocks[^1].PackedLength, records)];
    }

    /// <summary>Replays the recording. Each replayed event must be one of the given events, in order and only once.</summary>
    private async Task<HashSet<int>> ReadAsync(List<FeedEvent> given, string because)
    {
        HashSet<int> read = [];
        int at = 0;
        foreach (FeedEvent feedEvent in await Replayed.AllAsync(_folder.Path))
        {
            if (feedEvent is FeedInterrupted { Connection: 0 } or FeedResumed { Connection: 0 } or SnapshotsDropped)
            {
                continue;
            }

            while (at < given.Count && !given[at].Equals(feedEvent))
            {
                at++;
            }

            if (at == given.Count)
            {
                Assert.Fail($"{feedEvent} was never recorded, or not there: {because}");
            }

            read.Add(at++);
        }

        return read;
    }
}
