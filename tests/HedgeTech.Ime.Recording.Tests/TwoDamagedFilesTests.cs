using System.Globalization;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Replay;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests readers of a segment whose two files are damaged in different places: they read what either file still holds, and announce nothing else as missing.</summary>
public sealed class TwoDamagedFilesTests : IDisposable
{
    private const string CountVariable = "IME_DOUBLE_DAMAGES";
    private const string SeedVariable = "IME_DOUBLE_DAMAGE_SEED";
    private const string Crash = "The recorder did not end properly.";
    private const string AnnouncedCrash = "Nothing was recorded: the recorder did not end properly.";

    private readonly TemporaryFolder _folder = new();
    private readonly MadeUpFeed _feed = new(1, new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero)) { HasOutages = false, Padding = 4000 };

    private SegmentFile _plain = null!;
    private int _inFirst; // messages in the segment that has two files

    private SegmentFile Compressed => _plain with { IsSealed = true };

    private IReadOnlyList<SealedBlock> Blocks => Compressed.ReadIndex()!.Blocks;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_is_announced_also_if_the_compressed_file_was_damaged_since(bool hasIndex)
    {
        await RecordAsync(isCrash: true);
        DamageLastBlock(hasIndex);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Gaps.Should().ContainSingle().Which.Reason.Should().Be(Crash);
        report.Damage.Should().NotBeEmpty().And.OnlyContain(damage => damage.File == Compressed.RelativePath && damage.Reason != "The end of the segment is missing.");
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events.OfType<MarketSnapshot>().ToList().ShouldBe(_feed.Given);
        events.OfType<FeedInterrupted>().Should().ContainSingle().Which.Description.Should().Be(AnnouncedCrash);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_recorder_compresses_a_segment_that_crashed_again_if_its_compressed_file_is_damaged(bool hasIndex)
    {
        await RecordAsync(isCrash: true);
        DamageLastBlock(hasIndex);
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            _feed.Give(recorder, 10, snapshotsOnly: true);
        }

        Compressed.ReadIndex()!.Summary.IsEnded.Should().BeFalse();
        RecordingVerifier.Verify(_folder.Path).Damage.Should().BeEmpty();
    }

    [Fact]
    public async Task A_plain_file_whose_end_was_cut_off_is_damage_and_not_a_crash_if_the_index_of_the_compressed_one_says_that_the_segment_ended()
    {
        await RecordAsync(isCrash: false);
        DamageLastBlock(hasIndex: true);
        DamagedFile.Truncate(_plain.FullPath, new FileInfo(_plain.FullPath).Length - 200);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Gaps.Should().BeEmpty();
        report.Damage.Select(static damage => damage.File).Should().Contain([_plain.RelativePath, Compressed.RelativePath]);
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events.OfType<MarketSnapshot>().ToList().ShouldBe([.. _feed.Given.Where((_, index) => index != _inFirst - 1)]);
        events.OfType<FeedInterrupted>().Should().ContainSingle().Which.Description.Should().StartWith("The recording is damaged in ");
    }

    [Fact]
    public async Task Replay_goes_back_to_the_first_file_where_the_other_one_is_damaged_too()
    {
        await RecordAsync(isCrash: false);
        foreach (int block in (ReadOnlySpan<int>)[1, 3])
        {
            DamagedFile.Overwrite(Compressed.FullPath, Blocks[block].Place + (Blocks[block].PackedLength / 2));
        }

        DamagedFile.Overwrite(_plain.FullPath, Blocks.Take(2).Sum(static block => (long)block.Length) + (Blocks[2].Length / 2));

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events.ShouldBe(_feed.Given);
        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Snapshots.Should().Be(_feed.Given.Count);
        report.Gaps.Should().BeEmpty();
    }

    [Fact]
    public async Task A_follower_finds_the_compressed_file_that_was_not_there_at_the_first_damage()
    {
        await RecordAsync(isCrash: false);
        byte[] compressed = await File.ReadAllBytesAsync(Compressed.FullPath, TestContext.Current.CancellationToken);
        long[] starts = [.. Blocks.Select((_, index) => Blocks.Take(index).Sum(static block => (long)block.Length))];
        DamagedFile.Overwrite(_plain.FullPath, starts[1] + 5000);
        DamagedFile.Overwrite(_plain.FullPath, starts[3] + 5000);
        File.Delete(Compressed.FullPath);

        List<Damage> damage = [];
        uint next = 0;
        uint missing = 0;
        using SegmentCursor cursor = SegmentCursor.Open(_plain, 0, (_, one) => damage.Add(one));
        while (cursor.TryRead(out Reading.Record record))
        {
            missing += record.Header.Number - next;
            next = record.Header.Number + 1;
            if (damage.Count == 1 && !File.Exists(Compressed.FullPath))
            {
                await File.WriteAllBytesAsync(Compressed.FullPath, compressed, TestContext.Current.CancellationToken);
            }
        }

        damage.Should().ContainSingle();
        missing.Should().Be(1);
        cursor.IsEnded.Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reader_that_has_a_damaged_compressed_file_open_goes_on_in_the_one_that_replaced_it(bool isEndDamaged)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows refuses to replace a file that is open.");
        await RecordAsync(isCrash: false);
        byte[] compressed = await File.ReadAllBytesAsync(Compressed.FullPath, TestContext.Current.CancellationToken);
        SealedBlock damaged = Blocks[isEndDamaged ? ^1 : 1];
        DamagedFile.Overwrite(Compressed.FullPath, damaged.Place + (damaged.PackedLength / 2));
        File.SetLastWriteTimeUtc(Compressed.FullPath, new DateTime(2026, 1, 3, 7, 30, 0, DateTimeKind.Utc)); // long before it is replaced
        List<Damage> damage = [];
        using SegmentCursor cursor = SegmentCursor.Open(Compressed, 0, (_, one) => damage.Add(one));
        uint read = 0;
        while (cursor.TryRead(out Reading.Record record))
        {
            record.Header.Number.Should().Be(read++);
            if (read == 1)
            {
                SealedFileWriter.Write(_plain, static () => false, blockBytes: 64 * 1024);
                File.Delete(_plain.FullPath);
            }
        }

        damage.Should().BeEmpty();
        cursor.IsEnded.Should().BeTrue();
        (await File.ReadAllBytesAsync(Compressed.FullPath, TestContext.Current.CancellationToken)).Should().Equal(compressed);
    }

    [Fact]
    public async Task A_reader_whose_open_file_cannot_be_read_any_more_goes_on_in_the_one_that_replaced_it()
    {
        OpenFiles.Require();
        await RecordAsync(isCrash: false);
        File.SetLastWriteTimeUtc(Compressed.FullPath, new DateTime(2026, 1, 3, 7, 30, 0, DateTimeKind.Utc)); // long before it is replaced
        using SegmentCursor cursor = SegmentCursor.Open(Compressed, 0, static (_, damage) => Assert.Fail(damage.ToString()));
        cursor.TryRead(out _).Should().BeTrue();
        OpenFiles.FailReads(Compressed.FullPath);
        SealedFileWriter.Write(_plain, static () => false, blockBytes: 64 * 1024);
        File.Delete(_plain.FullPath);

        uint read = 1;
        while (cursor.TryRead(out Reading.Record record))
        {
            record.Header.Number.Should().Be(read++);
        }

        cursor.IsEnded.Should().BeTrue();
    }

    [Fact]
    public async Task An_index_that_cannot_be_read_any_more_does_not_end_the_check_of_its_segment()
    {
        OpenFiles.Require();
        await RecordAsync(isCrash: false);
        using SegmentSide side = new(Compressed, 0, null);
        side.MoveTo(uint.MaxValue).Should().BeFalse();
        OpenFiles.FailReads(Compressed.FullPath);

        side.ReadIndex().Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_that_one_file_lacks_is_damage_with_the_number_of_its_records_if_the_other_one_has_it(bool isPlainCut)
    {
        await RecordAsync(isCrash: false);
        uint all = Records(Compressed);
        if (isPlainCut)
        {
            DamagedFile.Truncate(_plain.FullPath);
        }
        else
        {
            DamageLastBlock(hasIndex: true);
        }

        RecordingVerifier.Verify(_folder.Path).Damage.Should().ContainSingle().Which.Records.Should().Be(all - Records(isPlainCut ? _plain : Compressed));
    }

    [Fact]
    public async Task An_empty_compressed_file_is_one_damaged_place()
    {
        await RecordAsync(isCrash: false);
        DamagedFile.Truncate(Compressed.FullPath, 0);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Damage.Should().ContainSingle().Which.Reason.Should().Be("The file is empty.");
        report.Gaps.Should().BeEmpty();
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(_feed.Given);
    }

    [Fact]
    public async Task A_damaged_block_is_one_damaged_place_with_the_number_of_its_records()
    {
        await RecordAsync(isCrash: false);
        DamagedFile.Overwrite(Compressed.FullPath, Blocks[1].Place + (Blocks[1].PackedLength / 2));

        RecordingVerifier.Verify(_folder.Path).Damage.Should().ContainSingle().Which.Should().Match<RecordingDamage>(damage => damage.Length > 0 && damage.Records > 0);
    }

    [Fact]
    public async Task An_empty_newest_segment_is_a_crash_at_the_end()
    {
        await RecordAsync(isCrash: false);
        DamagedFile.Truncate(_folder.Segments[^1], 0);

        RecordingVerifier.Verify(_folder.Path).Gaps.Should().ContainSingle().Which.Should().Match<RecordingGap>(gap => gap.Reason == Crash && gap.From == gap.To);
    }

    [Fact]
    public async Task A_seek_finds_the_messages_that_only_a_compressed_file_without_an_index_still_holds()
    {
        await RecordAsync(isCrash: false);
        DamageIndex();
        DamagedFile.Truncate(_plain.FullPath);
        DateTimeOffset from = _feed.Given[_inFirst * 3 / 4].ReceivedAt;

        (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from })).ShouldBe([.. _feed.Given.Where(one => one.ReceivedAt >= from)]);
    }

    [Fact]
    public async Task A_seek_into_a_last_block_that_cannot_be_read_announces_the_damage_also_without_an_index()
    {
        await RecordAsync(isCrash: false);
        File.Delete(_plain.FullPath);
        DamageLastBlock(hasIndex: false);

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = _feed.Given[_inFirst - 1].ReceivedAt });

        events.OfType<FeedInterrupted>().Should().ContainSingle().Which.Description.Should().StartWith("The recording is damaged in ");
    }

    [Fact]
    public async Task The_end_of_a_recording_and_an_export_include_what_only_one_of_the_files_holds()
    {
        await RecordAsync(isCrash: false);
        File.Delete(_folder.Segments[^1]);
        DamageIndex();
        DamagedFile.Truncate(_plain.FullPath);

        new ReplaySource(_folder.Path).End.Should().Be(_feed.Given[_inFirst - 1].ReceivedAt);
        ExportReport report = await RecordingExport.ToCsvAsync(_folder.Path, Path.Combine(_folder.Path, "rows.csv"), new ExportOptions { From = _feed.Given[_inFirst - 2].ReceivedAt }, cancellationToken: TestContext.Current.CancellationToken);
        report.Rows.Should().Be(2);
    }

    [Fact]
    public async Task The_contracts_come_from_the_file_whose_begin_can_be_read()
    {
        await RecordAsync(isCrash: false);
        File.Delete(_folder.Segments[^1]);
        DamageIndex();
        DamagedFile.Overwrite(_plain.FullPath, 75L);

        new ReplaySource(_folder.Path).Contracts.Should().BeEquivalentTo(MadeUpFeed.Contracts);
    }

    [Fact]
    public async Task A_newest_segment_whose_plain_file_is_empty_is_read_from_the_compressed_file_although_its_first_block_is_damaged()
    {
        await RecordAsync(isCrash: false);
        File.Delete(_folder.Segments[^1]);
        int inFirstBlock = MessagesIn(Blocks[0].Length);
        DamagedFile.Overwrite(Compressed.FullPath, 200L);
        DamageIndex();
        DamagedFile.Truncate(_plain.FullPath, 0);

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);

        events.OfType<MarketSnapshot>().ToList().ShouldBe([.. _feed.Given.Take(_inFirst).Skip(inFirstBlock)]);
        events.OfType<FeedInterrupted>().Should().NotBeEmpty().And.OnlyContain(static one => one.Description!.StartsWith("The recording is damaged in "));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_segment_whose_begin_only_the_index_still_holds_continues_the_one_before(bool isPlainThere)
    {
        await RecordAsync(isCrash: false);
        SegmentFile second = RecordingFolder.List(_folder.Path)[1];
        SealedFileWriter.Write(second, static () => false, blockBytes: 64 * 1024);
        DamagedFile.Overwrite((second with { IsSealed = true }).FullPath, 200L);
        if (isPlainThere)
        {
            DamagedFile.Overwrite(second.FullPath, 75L);
        }
        else
        {
            File.Delete(second.FullPath);
        }

        RecordingVerifier.Verify(_folder.Path).Gaps.Should().BeEmpty();
        (await Replayed.AllAsync(_folder.Path)).OfType<FeedInterrupted>().Should().OnlyContain(static one => one.Description!.StartsWith("The recording is damaged in "));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_index_is_reported_also_of_a_segment_that_crashed(bool isPlainThere)
    {
        await RecordAsync(isCrash: true);
        DamagedFile.Overwrite(Compressed.FullPath, Blocks.Sum(static block => (long)block.PackedLength) + 30); // behind the header of the index
        if (!isPlainThere)
        {
            File.Delete(_plain.FullPath);
        }

        RecordingVerifier.Verify(_folder.Path).Damage.Should().Contain(static damage => damage.Reason.StartsWith("The index at the end of the file cannot be read."));
    }

    [Fact]
    public async Task A_plain_file_that_was_cut_after_a_crash_does_not_replace_the_compressed_file_whose_index_counts_more()
    {
        await RecordAsync(isCrash: true);
        IReadOnlyList<SealedBlock> blocks = Blocks;
        foreach (SealedBlock block in blocks.TakeLast(2))
        {
            DamagedFile.Overwrite(Compressed.FullPath, block.Place + (block.PackedLength / 2));
        }

        DamagedFile.Truncate(_plain.FullPath, EndOfRecordAt(blocks.SkipLast(2).Sum(static block => (long)block.Length) + 5000));
        byte[] before = await File.ReadAllBytesAsync(Compressed.FullPath, TestContext.Current.CancellationToken);

        RecordingVerifier.Verify(_folder.Path).Damage.Should().Contain(damage => damage.File == _plain.RelativePath);
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            _feed.Give(recorder, 10, snapshotsOnly: true);
        }

        (await File.ReadAllBytesAsync(Compressed.FullPath, TestContext.Current.CancellationToken)).Should().Equal(before);
        File.Exists(_plain.FullPath).Should().BeTrue();
    }

    [Fact]
    public async Task A_segment_whose_only_file_cannot_be_opened_is_damage_and_not_a_crash()
    {
        await RecordAsync(isCrash: false);
        File.Delete(Compressed.FullPath);
        await using FileStream locked = new(_plain.FullPath, FileMode.Open, FileAccess.Read, FileShare.None); // so that no other handle can read it

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);

        report.Damage.Should().ContainSingle().Which.Reason.Should().StartWith("The file cannot be read: ");
        report.Gaps.Should().NotContain(static gap => gap.Reason == Crash);
    }

    [Fact]
    public async Task Damage_at_the_end_of_a_segment_is_announced_once_also_if_another_segment_begins_meanwhile()
    {
        await RecordAsync(isCrash: true);
        DamageLastBlock(hasIndex: true);
        File.Delete(_plain.FullPath);
        IReadOnlyList<SegmentFile> segments = RecordingFolder.List(_folder.Path);
        int listings = 0;
        List<FeedEvent> events = [];
        using ReplayReader reader = new(() => [.. segments.Take(++listings)], MadeUpFeed.Contracts, null, null, false, static (_, _) => { });
        while (reader.TryRead(out FeedEvent? feedEvent))
        {
            events.Add(feedEvent);
        }

        events.OfType<FeedInterrupted>().Count(static one => one.Description!.StartsWith("The recording is damaged in ")).Should().Be(1);
        events.OfType<MarketSnapshot>().Last().Should().Be(_feed.Given[^1]);
    }

    [Fact]
    public async Task Damage_of_a_whole_segment_is_announced_from_its_first_message_and_counted_if_the_index_is_intact()
    {
        await RecordAsync(isCrash: false);
        SegmentFile second = RecordingFolder.List(_folder.Path)[1];
        SealedFileWriter.Write(second, static () => false);
        File.Delete(second.FullPath);
        DamagedFile.Overwrite((second with { IsSealed = true }).FullPath, 200L);

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);

        events.OfType<FeedInterrupted>().Should().ContainSingle().Which.ReceivedAt.Should().Be(_feed.Given[_inFirst - 1].ReceivedAt);
        events.OfType<FeedResumed>().Should().ContainSingle().Which.ReceivedAt.Should().Be(_feed.Given[^1].ReceivedAt);
        events.OfType<SnapshotsDropped>().Sum(static one => one.Count).Should().Be(_feed.Given.Count - _inFirst);
    }

    [Fact]
    public async Task Two_empty_files_of_a_segment_are_damage_and_neither_a_crash_nor_a_stop()
    {
        await RecordAsync(isCrash: false);
        DamagedFile.Truncate(_plain.FullPath, 0);
        DamagedFile.Truncate(Compressed.FullPath, 0);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Gaps.Should().BeEmpty();
        report.Damage.Should().HaveCount(2).And.OnlyContain(static damage => damage.Reason == "The file is empty.");
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events.OfType<FeedInterrupted>().Should().ContainSingle().Which.Description.Should().StartWith("The recording is damaged in ");
        events.OfType<MarketSnapshot>().ToList().ShouldBe([.. _feed.Given.Skip(_inFirst)]);
    }

    [Fact]
    public async Task An_empty_file_between_two_segments_that_continue_each_other_is_not_a_stop()
    {
        await RecordAsync(isCrash: false);
        SegmentFile second = RecordingFolder.List(_folder.Path)[1];
        File.Delete(second.FullPath);
        await File.WriteAllBytesAsync((second with { IsSealed = true }).FullPath, [], TestContext.Current.CancellationToken);

        (await Replayed.AllAsync(_folder.Path)).OfType<FeedInterrupted>().Should().OnlyContain(static one => one.Description!.StartsWith("The recording is damaged in "));
        RecordingVerifier.Verify(_folder.Path).Gaps.Should().BeEmpty();
    }

    /// <summary>
    /// Damages one or both files at random. Replay must yield each message that either file holds, in order and once. What it does not yield must lie in an announced gap. It must announce no
    /// other gap and no crash that did not happen, and each crash that a file tells of. A replay from some time on must yield the same from there on.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_either_file_holds_is_read_and_only_what_both_lack_is_announced(bool isCrash)
    {
        int count = int.Parse(Environment.GetEnvironmentVariable(CountVariable) ?? "100", CultureInfo.InvariantCulture);
        int seed = Environment.GetEnvironmentVariable(SeedVariable) is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        await RecordAsync(isCrash);
        byte[][] intact = [await File.ReadAllBytesAsync(_plain.FullPath, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Compressed.FullPath, TestContext.Current.CancellationToken)];
        for (int index = 0; index < count; index++)
        {
            Random random = new(seed + index);
            int which = random.Next(1, 4);
            string because = $"{CountVariable}={count} {SeedVariable}={seed}, number {index}:";
            for (int file = 0; file < 2; file++)
            {
                byte[] bytes = intact[file];
                for (int times = (which & (1 << file)) == 0 ? 0 : random.Next(1, 4); times > 0 && bytes.Length > 2; times--)
                {
                    Mutilation mutilation = random.Next(4) == 0 ? new Mutilation("cut", random.Next(bytes.Length), 0) : Mutilation.Of(random, bytes.Length);
                    mutilation = mutilation.Length == 0 ? mutilation with { Length = bytes.Length - mutilation.Offset } : mutilation;
                    bytes = mutilation.Apply(bytes, random);
                    because += $" {(file == 0 ? "plain" : "compressed")} {mutilation}";
                }

                await File.WriteAllBytesAsync(file == 0 ? _plain.FullPath : Compressed.FullPath, bytes, TestContext.Current.CancellationToken);
            }

            List<FeedEvent> messages = await ShouldReadWhatEitherHoldsAsync(isCrash, because);
            DateTimeOffset from = _feed.Given[random.Next(_feed.Given.Count)].ReceivedAt;
            List<FeedEvent> sought = await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from });
            sought.OfType<MarketSnapshot>().SequenceEqual(messages.Where(one => one.ReceivedAt >= from)).Should().BeTrue("a replay from {0:O} must read the same as one of all: {1}", from, because);
        }
    }

    private async Task<List<FeedEvent>> ShouldReadWhatEitherHoldsAsync(bool isCrash, string because)
    {
        (HashSet<long> held, bool hasEnd, bool isPlainLast) = Held();
        SegmentSummary? index = Compressed.ReadIndex()?.Summary;
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        RecordingReport report = RecordingVerifier.Verify(_folder.Path);

        List<(DateTimeOffset From, DateTimeOffset To)> gaps = [];
        DateTimeOffset? from = null;
        HashSet<long> read = [];
        int at = 0;
        foreach (FeedEvent feedEvent in events)
        {
            switch (feedEvent)
            {
                case FeedInterrupted { Connection: 0 } interrupted:
                    from ??= interrupted.ReceivedAt;
                    break;
                case FeedResumed { Connection: 0 } resumed:
                    gaps.Add((resumed.ReceivedAt - resumed.Gap, resumed.ReceivedAt));
                    from = null;
                    break;
                case SnapshotsDropped:
                    break;
                default:
                    while (at < _feed.Given.Count && !_feed.Given[at].Equals(feedEvent))
                    {
                        at++;
                    }

                    (at < _feed.Given.Count).Should().BeTrue("{0} was never recorded, or comes twice or too late: {1}", feedEvent, because);
                    read.Add(feedEvent.ReceivedAt.UtcTicks);
                    at++;
                    break;
            }
        }

        from.Should().BeNull(because);
        (report.Snapshots + report.Events).Should().Be(read.Count, because);
        held.Except(read).Should().BeEmpty("a file holds them: {0}", because);
        List<DateTimeOffset> missing = [.. _feed.Given.Select(static one => one.ReceivedAt).Where(one => !read.Contains(one.UtcTicks))];
        bool isEmpty = index is null && !_feed.Given.Take(_inFirst).Any(one => read.Contains(one.ReceivedAt.UtcTicks)); // it looks like a crash before the first message
        foreach (DateTimeOffset one in missing.Where(_ => !isEmpty))
        {
            gaps.Should().Contain(gap => gap.From <= one && one <= gap.To, "a message of {0:O} is missing: {1}", one, because);
        }

        // The plain file alone cannot tell a crash from a later loss of its end.
        bool? isEnded = hasEnd ? true : index?.IsEnded;
        bool isAnnounced = events.OfType<FeedInterrupted>().Any(static one => one.Description == AnnouncedCrash);
        if (isEnded is not null || (isPlainLast && isCrash))
        {
            isAnnounced.Should().Be(isCrash, because);
            report.Gaps.Any(static gap => gap.Reason == Crash).Should().Be(isCrash, because);
        }

        if (missing.Count == 0 && !isCrash && hasEnd)
        {
            gaps.Should().BeEmpty("nothing is missing: {0}", because);
        }

        return [.. events.OfType<MarketSnapshot>()];
    }

    /// <summary>What readers of each file alone find: the times of the messages, whether one of them holds the end, and whether the last record is in the plain one.</summary>
    private (HashSet<long> Held, bool HasEnd, bool IsPlainLast) Held()
    {
        HashSet<long> held = [];
        uint[] last = [0, 0];
        bool hasEnd = false;
        foreach (SegmentFile file in (ReadOnlySpan<SegmentFile>)[_plain, Compressed])
        {
            using RecordReader reader = file.Read(static _ => { });
            while (reader.TryRead(out Reading.Record record))
            {
                last[file.IsSealed ? 1 : 0] = record.Header.Number;
                if (record.Header.Kind is RecordKind.Frame or RecordKind.Event)
                {
                    held.Add(record.Header.ReceivedAt);
                }
            }

            hasEnd |= reader.IsEnded;
        }

        return (held, hasEnd, last[0] > 0 && last[0] >= last[1]);
    }

    /// <summary>How many records a reader of one file finds.</summary>
    private static uint Records(SegmentFile file)
    {
        using RecordReader reader = file.Read(static _ => { });
        uint records = 0;
        while (reader.TryRead(out _))
        {
            records++;
        }

        return records;
    }

    /// <summary>How many messages stand before a place in the intact plain file.</summary>
    private int MessagesIn(long length)
    {
        int messages = 0;
        using RecordReader reader = _plain.Read(static _ => { });
        while (reader.TryRead(out Reading.Record record) && reader.Position <= length)
        {
            messages += record.Header.Kind is RecordKind.Frame or RecordKind.Event ? 1 : 0;
        }

        return messages;
    }

    /// <summary>Where in the intact plain file the record ends that holds a place.</summary>
    private long EndOfRecordAt(long place)
    {
        using RecordReader reader = _plain.Read(static _ => { });
        while (reader.TryRead(out _) && reader.Position <= place)
        {
        }

        return reader.Position;
    }

    private void DamageIndex() => DamagedFile.Overwrite(Compressed.FullPath, new FileInfo(Compressed.FullPath).Length - 20);

    private void DamageLastBlock(bool hasIndex)
    {
        SealedBlock last = Blocks[^1];
        DamagedFile.Overwrite(Compressed.FullPath, last.Place + (last.PackedLength / 2));
        if (!hasIndex)
        {
            DamageIndex();
        }
    }

    /// <summary>Records two segments, the second of which continues the first, and compresses the first in several blocks without deleting its plain file.</summary>
    private async Task RecordAsync(bool isCrash)
    {
        FakeTimeProvider time = new(_feed.Now);
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false, SegmentBytes = 600_000 }, timeProvider: time))
        {
            while (_folder.Segments.Length < 2)
            {
                _feed.Give(recorder, 20, snapshotsOnly: true);
                await recorder.FlushAsync(TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromSeconds(2)); // the next messages come after a mark
            }
        }

        _plain = RecordingFolder.List(_folder.Path)[0];
        if (isCrash)
        {
            DamagedFile.CutLastRecord(_plain.FullPath);
        }

        SealedFileWriter.Write(_plain, static () => false, blockBytes: 64 * 1024);
        Blocks.Should().HaveCountGreaterThan(4);
        using RecordReader reader = _plain.Read(static _ => { });
        _inFirst = 0;
        while (reader.TryRead(out Reading.Record record))
        {
            _inFirst += record.Header.Kind is RecordKind.Frame ? 1 : 0;
        }
    }
}
