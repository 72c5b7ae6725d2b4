using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Whatever the disk does, the stream continues, the recorder counts its loss exactly, and the recording resumes.</summary>
public sealed class DiskTests : IDisposable
{
    private const long MaxPendingBytes = 512 * 1024;

    private readonly TemporaryFolder _folder = new();
    private readonly Disk _disk = new();
    private readonly CollectedLog _log = new();

    public void Dispose()
    {
        _folder.Dispose();
        _disk.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task After_a_full_disk_the_recording_states_its_exact_loss_and_resumes_when_there_is_room()
    {
        MadeUpFeed feed = new(1);
        await using (MarketRecorder recorder = Create(new RecordingOptions()))
        {
            feed.Give(recorder, 500, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            Task refused = _disk.WhenRefused();
            _disk.Room = 1000; // the room ends within a record
            feed.Give(recorder, 100, snapshotsOnly: true);
            await refused;
            feed.Give(recorder, 5_000, snapshotsOnly: true);
            recorder.Statistics.Failure.Should().Be("No space left on device.");
            recorder.Statistics.Lost.Should().BePositive();

            _disk.Room = long.MaxValue;
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            recorder.Statistics.Failure.Should().BeNull();
            feed.Give(recorder, 500, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);

            (recorder.Statistics.Snapshots + recorder.Statistics.Lost).Should().Be(feed.Given.Count);
            await ShouldHaveHolesOnlyWhereItSaysAsync(feed, recorder.Statistics.Lost);
        }

        _log.Count(2201).Should().Be(1, "the recorder reports a failure once");
        _log.Count(2202).Should().Be(1);
        _log.Count(2204).Should().Be(1);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().BeEmpty();
    }

    [Fact]
    public async Task A_recorder_that_is_disposed_of_while_the_disk_is_full_ends_and_counts_the_rest_as_lost()
    {
        MadeUpFeed feed = new(2);
        MarketRecorder recorder = Create(new RecordingOptions());
        feed.Give(recorder, 100, snapshotsOnly: true);
        await recorder.FlushAsync(TestContext.Current.CancellationToken);
        _disk.Room = 500;
        feed.Give(recorder, 50, snapshotsOnly: true);

        await recorder.DisposeAsync();

        recorder.Statistics.Lost.Should().Be(50);
        (await Replayed.AllAsync(_folder.Path)).ShouldBe([.. feed.Given.Take(100), new SnapshotsDropped { ReceivedAt = feed.Now, Count = 50 }]);
        RecordingVerifier.Verify(_folder.Path).Lost.Should().Be(50);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().BeEmpty("the file ends with a whole record");
    }

    [Fact]
    public async Task A_stalled_disk_delays_the_stream_once_and_everything_is_recorded_when_it_responds_again()
    {
        MadeUpFeed feed = new(3);
        await using (MarketRecorder recorder = Create(new RecordingOptions { WriteInterval = TimeSpan.Zero, WriteTimeout = TimeSpan.FromMilliseconds(20) }))
        {
            feed.Give(recorder, 100);
            long before = recorder.Statistics.WriteTimeouts;
            _disk.Stall();
            feed.Give(recorder, 200);
            recorder.Statistics.WriteTimeouts.Should().Be(before + 1, "the stream does not wait after the first time-out");

            _disk.GoOn();
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            feed.Give(recorder, 1);
            recorder.Statistics.Lost.Should().Be(0);
        }

        _log.Count(2211).Should().BePositive();
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
    }

    [Fact]
    public async Task After_a_long_stall_of_the_disk_the_recording_states_its_exact_loss()
    {
        MadeUpFeed feed = new(4);
        await using (MarketRecorder recorder = Create(new RecordingOptions()))
        {
            feed.Give(recorder, 100, snapshotsOnly: true);
            _disk.Stall();
            feed.Give(recorder, 5_000, snapshotsOnly: true);
            recorder.Statistics.Lost.Should().BePositive();
            _disk.GoOn();
        }

        await ShouldHaveHolesOnlyWhereItSaysAsync(feed, lost: null);
        _log.Count(2204).Should().Be(1);
    }

    [Fact]
    public async Task A_damaged_note_of_a_loss_is_repeated_by_the_next_mark()
    {
        MadeUpFeed feed = new(8);
        await using (MarketRecorder recorder = Create(new RecordingOptions { Compress = false }))
        {
            feed.Give(recorder, 10, snapshotsOnly: true);
            recorder.OnEvent(new SnapshotsDropped { ReceivedAt = feed.Now, Count = 7 });
            feed.Give(recorder, 10, snapshotsOnly: true);
        }

        string segment = _folder.Segments.Single();
        byte[] file = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        byte[] note = [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        file[file.AsSpan().IndexOf(note)] = 99;
        await File.WriteAllBytesAsync(segment, file, TestContext.Current.CancellationToken);

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);

        events.OfType<MarketSnapshot>().Should().HaveCount(20);
        events.OfType<SnapshotsDropped>().Should().ContainSingle().Which.Count.Should().Be(7);
    }

    [Fact]
    public async Task After_a_stall_of_the_disk_in_a_flush_the_recording_states_its_exact_loss()
    {
        MadeUpFeed feed = new(9);
        await using (MarketRecorder recorder = Create(new RecordingOptions()))
        {
            feed.Give(recorder, 100, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            feed.Give(recorder, 1, snapshotsOnly: true);
            _disk.StallFlush();
            Task flushed = recorder.FlushAsync(TestContext.Current.CancellationToken);
            await _disk.WhenFlushing();
            feed.Give(recorder, 5_000, snapshotsOnly: true);
            recorder.Statistics.Lost.Should().BePositive("the recorder has limited memory");
            flushed.IsCompleted.Should().BeFalse();
            _disk.GoOn();
            await flushed;
            feed.Give(recorder, 100, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            await ShouldHaveHolesOnlyWhereItSaysAsync(feed, recorder.Statistics.Lost);
        }
    }

    [Fact]
    public async Task A_stream_that_waits_for_the_recording_continues_while_the_disk_stalls_in_a_flush()
    {
        MadeUpFeed feed = new(10);
        await using (MarketRecorder recorder = Create(new RecordingOptions { WriteInterval = TimeSpan.Zero, WriteTimeout = TimeSpan.FromMilliseconds(20) }))
        {
            feed.Give(recorder, 100);
            long before = recorder.Statistics.WriteTimeouts;
            _disk.StallFlush();
            Task flushed = recorder.FlushAsync(TestContext.Current.CancellationToken);
            await _disk.WhenFlushing();
            feed.Give(recorder, 200);
            recorder.Statistics.WriteTimeouts.Should().Be(before + 1, "the stream does not wait after the first time-out");
            _disk.GoOn();
            await flushed;
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            recorder.Statistics.Lost.Should().Be(0);
        }

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
    }

    [Fact]
    public async Task A_loss_at_the_end_of_the_recording_is_noted()
    {
        MadeUpFeed feed = new(5);
        await using (MarketRecorder recorder = Create(new RecordingOptions()))
        {
            _disk.Stall();
            feed.Give(recorder, 3_000, snapshotsOnly: true);
            _disk.GoOn();
        }

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        (events.OfType<MarketSnapshot>().Count() + events.OfType<SnapshotsDropped>().Sum(static one => one.Count)).Should().Be(feed.Given.Count);
    }

    [Fact]
    public async Task A_deleted_folder_is_created_again_and_the_deleted_events_are_counted_as_lost()
    {
        MadeUpFeed feed = new(6);
        await using (MarketRecorder recorder = new(_folder.Path, null, _log))
        {
            feed.Give(recorder, 100, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            Directory.Delete(_folder.Path, recursive: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);

            recorder.Statistics.Lost.Should().Be(100);
            recorder.Statistics.Snapshots.Should().Be(0);
            feed.Give(recorder, 100, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            FluentActions.Invoking(() => new MarketRecorder(_folder.Path)).Should().Throw<IOException>("the recorder has created the lock again");
        }

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events[0].Should().BeOfType<SnapshotsDropped>().Which.Count.Should().Be(100);
        List<FeedEvent> rest = [.. events.Skip(1)];
        rest.ShouldBe([.. feed.Given.Skip(100)]);
        _log.Count(2203).Should().Be(1);
    }

    [Fact]
    public async Task A_segment_that_cannot_be_created_is_created_later_without_a_loss()
    {
        MadeUpFeed feed = new(7);
        await using (MarketRecorder recorder = Create(new RecordingOptions { Compress = false, SegmentBytes = 64 * 1024 }))
        {
            Task refused = _disk.WhenRefused();
            _disk.Room = 10;
            feed.Give(recorder, 300);
            await refused;
            _disk.Room = 70_000;
            refused = _disk.WhenRefused();
            await refused;
            _disk.Room = long.MaxValue;
        }

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().BeEmpty();
    }

    private MarketRecorder Create(RecordingOptions options) => new(_folder.Path, options, _log, null, _disk.Create, MaxPendingBytes);

    private async Task ShouldHaveHolesOnlyWhereItSaysAsync(MadeUpFeed feed, long? lost)
    {
        int at = 0;
        long dropped = 0;
        foreach (FeedEvent feedEvent in await Replayed.AllAsync(_folder.Path))
        {
            if (feedEvent is SnapshotsDropped hole)
            {
                at += (int)hole.Count;
                dropped += hole.Count;
                continue;
            }

            feedEvent.Should().Be(feed.Given[at++]);
        }

        at.Should().Be(feed.Given.Count);
        dropped.Should().BePositive();
        dropped.Should().Be(lost ?? dropped);
    }

    private sealed class CollectedLog : ILoggerFactory, ILogger
    {
        private readonly List<int> _ids = [];

        public int Count(int id)
        {
            lock (_ids)
            {
                return _ids.Count(one => one == id);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_ids)
            {
                _ids.Add(eventId.Id);
            }
        }

        public void Dispose()
        {
        }
    }
}
