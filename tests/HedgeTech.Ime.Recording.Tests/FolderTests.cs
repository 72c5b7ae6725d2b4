using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests how a recorder handles the files of its folder.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_recorder_of_a_folder_is_refused_with_the_name_of_the_first_process()
    {
        await using (MarketRecorder first = new(_folder.Path))
        {
            FluentActions.Invoking(() => new MarketRecorder(_folder.Path)).Should().Throw<IOException>()
                .WithMessage($"The folder '{_folder.Path}' is being recorded to by process {Environment.ProcessId} (*) on {Environment.MachineName}, since *");
        }

        await using MarketRecorder second = new(_folder.Path);
    }

    [Fact]
    public void A_lock_that_cannot_be_opened_is_not_blamed_on_the_process_in_an_old_owner_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Creating a symbolic link needs a privilege on Windows.");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, ".lock"), ".lock"); // the link forms a loop, so nothing can open it
        File.WriteAllText(Path.Combine(_folder.Path, ".owner"), "process 1 (gone) on a machine, since long ago");

        FluentActions.Invoking(() => new MarketRecorder(_folder.Path)).Should().Throw<IOException>().Where(static failure => !failure.Message.Contains("being recorded to", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reader_that_checks_for_a_recorder_does_not_lock_the_folder()
    {
        string path = Path.Combine(_folder.Path, ".lock");
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        FileStream probe = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Task<MarketRecorder> starting = Task.Run(() => new MarketRecorder(_folder.Path));
        await Task.Delay(20, TestContext.Current.CancellationToken);
        await probe.DisposeAsync();

        await using MarketRecorder recorder = await starting;
        recorder.Statistics.Failure.Should().BeNull();
    }

    [Fact]
    public async Task A_recorder_does_not_write_to_its_folder_after_another_recorder_has_created_it_again()
    {
        MadeUpFeed feed = new(8);
        await using MarketRecorder first = new(_folder.Path, new RecordingOptions { Compress = false });
        feed.Give(first, 10, snapshotsOnly: true);
        await first.FlushAsync(TestContext.Current.CancellationToken);
        Directory.Delete(_folder.Path, recursive: true);
        await using MarketRecorder second = new(_folder.Path, new RecordingOptions { Compress = false });

        await first.FlushAsync(TestContext.Current.CancellationToken); // the flush finds that the segment is deleted
        feed.Give(first, 10, snapshotsOnly: true);
        Func<Task> flush = () => first.FlushAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        await flush.Should().ThrowAsync<TimeoutException>();
        first.Statistics.Failure.Should().StartWith($"The folder '{_folder.Path}' is being recorded to by process {Environment.ProcessId} ");
        _folder.Segments.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_recorder_that_records_nothing_leaves_the_folder_unchanged(bool exists)
    {
        string folder = exists ? _folder.Path : Path.Combine(_folder.Path, "new");
        await using (MarketRecorder recorder = new(folder))
        {
            File.Exists(Path.Combine(folder, ".lock")).Should().BeTrue();
        }

        Directory.Exists(folder).Should().Be(exists);
        Directory.EnumerateFileSystemEntries(_folder.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task A_recording_is_verified_while_its_recorder_compresses_and_deletes_the_segments()
    {
        MadeUpFeed feed = new(9) { HasOutages = false };
        int verified = 0;
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { SegmentBytes = 64 * 1024, RetainBytes = 2_000_000 }))
        {
            feed.Give(recorder, 1_000);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            Task recording = Task.Run(
                async () =>
                {
                    while (!enough.IsCancellationRequested)
                    {
                        feed.Give(recorder, 200);
                        await recorder.FlushAsync();
                    }
                },
                TestContext.Current.CancellationToken);
            for (; verified < 60; verified++)
            {
                RecordingReport report = RecordingVerifier.Verify(_folder.Path);
                report.Damage.Should().BeEmpty();
                report.Snapshots.Should().BePositive();
                ReplaySource source = new(_folder.Path);
                source.End.Should().BeAfter(source.Begin);
                source.Contracts.Should().BeEquivalentTo(MadeUpFeed.Contracts);
            }

            await enough.CancelAsync();
            await recording;
        }

        verified.Should().Be(60);
        if (OperatingSystem.IsLinux())
        {
            OpenFiles.In(_folder.Path).Should().BeEmpty();
        }
    }

    [Fact]
    public void The_entries_of_a_folder_are_flushed_to_the_disk_if_the_platform_supports_it()
    {
        Writing.FolderFlush.Flush(_folder.Path).Should().Be(!OperatingSystem.IsWindows());
        Writing.FolderFlush.Flush(Path.Combine(_folder.Path, "missing")).Should().BeFalse();
    }

    [Fact]
    public async Task Bytes_after_the_last_whole_record_of_a_crash_are_moved_to_a_separate_file()
    {
        MadeUpFeed feed = new(1);
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }))
        {
            feed.Give(recorder, 50);
        }

        string segment = _folder.Segments.Single();
        byte[] intact = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        byte[] torn = [1, 2, 3, 4, 5];
        await File.WriteAllBytesAsync(segment, [.. intact, .. torn], TestContext.Current.CancellationToken);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().ContainSingle().Which.Should().Match<RecordingDamage>(one => one.Offset == intact.Length && one.Length == torn.Length);
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);

        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }))
        {
            (await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken)).Should().Equal(intact);
            (await File.ReadAllBytesAsync(Path.ChangeExtension(segment, ".torn"), TestContext.Current.CancellationToken)).Should().Equal(torn);
        }

        RecordingVerifier.Verify(_folder.Path).Damage.Should().BeEmpty();
    }

    [Fact]
    public async Task A_compressed_segment_is_valid_zstd_and_its_plain_file_is_deleted_with_the_next_segment()
    {
        MadeUpFeed feed = new(2) { Padding = 3000 };
        byte[] plain;
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 2_000);
        }

        _folder.Segments.Should().HaveCount(2, "the folder has the newest segment both plain and compressed");
        plain = await File.ReadAllBytesAsync(_folder.Segments[0], TestContext.Current.CancellationToken);
        using ZstdSharp.DecompressionStream unpacked = new(File.OpenRead(_folder.Segments[1]));
        using MemoryStream copy = new();
        await unpacked.CopyToAsync(copy, TestContext.Current.CancellationToken);
        copy.ToArray().AsSpan().SequenceEqual(plain).Should().BeTrue();

        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 10);
        }

        _folder.Segments.Select(static path => path[path.IndexOf(".imerec", StringComparison.Ordinal)..]).Should().Equal(".imerec.zst", ".imerec", ".imerec.zst");
    }

    [Fact]
    public async Task A_replay_reads_the_plain_file_instead_of_an_unreadable_compressed_one()
    {
        MadeUpFeed feed = new(3);
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 100);
        }

        await File.WriteAllTextAsync(_folder.Segments[1], "not zstd", TestContext.Current.CancellationToken);

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().NotBeEmpty().And.OnlyContain(damage => _folder.Segments[1].EndsWith(damage.File, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retention_deletes_the_oldest_segments_and_a_replay_starts_with_the_remaining_ones(bool byAge)
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 3, 6, 0, 0, TimeSpan.Zero));
        RecordingOptions options = byAge
            ? new RecordingOptions { RetainFor = TimeSpan.FromHours(30), SegmentDuration = TimeSpan.FromHours(12) }
            : new RecordingOptions { RetainBytes = 40_000, SegmentDuration = TimeSpan.FromHours(12), Compress = false };
        MadeUpFeed feed = new(4, time.GetUtcNow());
        List<FeedEvent> newest = [];
        for (int day = 0; day < 5; day++)
        {
            await using MarketRecorder recorder = new(_folder.Path, options, timeProvider: time);
            int given = feed.Given.Count;
            feed.Give(recorder, 30, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            newest = feed.Given[given..];
            time.Advance(TimeSpan.FromDays(1));
            feed.Wait(TimeSpan.FromDays(1));
        }

        // When the fifth segment started, the second one exceeded the age limit and the third one the size limit.
        string[] dates = [.. Directory.EnumerateDirectories(_folder.Path).Select(static path => Path.GetFileName(path)!).Order()];
        dates.Should().NotContain("2026-01-03").And.Contain("2026-01-07");
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        List<FeedEvent> last = events[^newest.Count..];
        last.ShouldBe(newest);
    }

    [Fact]
    public async Task A_deleted_segment_is_a_gap_in_the_replay()
    {
        MadeUpFeed feed = new(5) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false, SegmentBytes = 64 * 1024 }))
        {
            feed.Give(recorder, 400);
        }

        _folder.Segments.Length.Should().BeGreaterThan(2);
        File.Delete(_folder.Segments[1]);

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events.OfType<FeedInterrupted>().Should().ContainSingle().Which.Description.Should().Be("A part of the recording has been deleted.");
        RecordingVerifier.Verify(_folder.Path).Gaps.Should().ContainSingle().Which.Reason.Should().Be("A segment is missing.");
    }

    [Fact]
    public void A_missing_folder_and_a_folder_without_a_recording_are_refused()
    {
        string missing = Path.Combine(_folder.Path, "missing");

        FluentActions.Invoking(() => new ReplaySource(missing)).Should().Throw<DirectoryNotFoundException>().WithMessage($"The folder '{missing}' does not exist.");
        FluentActions.Invoking(() => RecordingVerifier.Verify(missing)).Should().Throw<DirectoryNotFoundException>();
        FluentActions.Invoking(() => new ReplaySource(_folder.Path)).Should().Throw<FileNotFoundException>().WithMessage($"The folder '{_folder.Path}' does not contain a recording.");
        FluentActions.Invoking(() => new ReplaySource(" ")).Should().Throw<ArgumentException>();
    }
}
