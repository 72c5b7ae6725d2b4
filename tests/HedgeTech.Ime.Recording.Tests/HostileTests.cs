using HedgeTech.Ime.Recording.Reading;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Surroundings that a recorder has to live with.</summary>
public sealed class HostileTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_that_throws_does_not_end_the_recording()
    {
        using Disk disk = new() { Room = 0 };
        using ThrowingLog log = new();
        MadeUpFeed feed = new(1);
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, log, null, disk.Create, MarketRecorder.MaxPendingBytes))
        {
            Task refused = disk.WhenRefused();
            feed.Give(recorder, 50);
            await refused.WaitAsync(Soon, Cancellation);
            disk.Room = long.MaxValue;
            await recorder.FlushAsync(Cancellation).WaitAsync(Soon, Cancellation);
            recorder.Statistics.Lost.Should().Be(0);
        }

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
    }

    [Fact]
    public async Task A_writer_that_failed_counts_everything_as_lost_and_a_flush_says_so()
    {
        MadeUpFeed feed = new(2);
        await using MarketRecorder recorder = new(_folder.Path, null, null, null, static _ => throw new NotSupportedException(), MarketRecorder.MaxPendingBytes);
        feed.Give(recorder, 50);

        await FluentActions.Awaiting(() => recorder.FlushAsync(Cancellation).WaitAsync(Soon, Cancellation)).Should().ThrowAsync<Exception>().Where(static failure => !(failure is TimeoutException));
        await FluentActions.Awaiting(() => recorder.FlushAsync(Cancellation).WaitAsync(Soon, Cancellation)).Should().ThrowAsync<IOException>().WithMessage("The recorder has failed.*");
        feed.Give(recorder, 10);
        recorder.Statistics.Lost.Should().Be(feed.Given.Count);
    }

    [Fact]
    public async Task A_mark_longer_than_the_distance_of_marks_does_not_stop_the_recording()
    {
        using Disk disk = new() { Room = 64 * 1024 * 1024 };
        MadeUpFeed feed = new(3) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, null, null, disk.Create, MarketRecorder.MaxPendingBytes))
        {
            feed.Give(recorder, 5);
            await recorder.FlushAsync(Cancellation);
            recorder.OnEvent(new FeedConnected { ReceivedAt = feed.Now, Connection = 2, Contracts = ContractSet.ByName(Enumerable.Range(0, 20_000).Select(static number => $"{number:D60}")) });
            feed.Give(recorder, 50);
            await recorder.FlushAsync(Cancellation).WaitAsync(Soon, Cancellation);
        }

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        (report.Snapshots + report.Events).Should().Be(feed.Given.Count + 1);
        report.Damage.Should().BeEmpty();
    }

    [Theory]
    [InlineData("{0} copy")]
    [InlineData("lost+found")]
    [InlineData("2020-01-01")]
    public async Task A_copy_of_a_folder_within_the_recording_disturbs_neither_reader_nor_writer(string name)
    {
        MadeUpFeed feed = new(4);
        for (int day = 0; day < 2; day++)
        {
            await using MarketRecorder recorder = new(_folder.Path);
            feed.Give(recorder, 50);
            await recorder.FlushAsync(Cancellation);
            if (day == 0)
            {
                string date = Directory.GetDirectories(_folder.Path).Single();
                string copy = Path.Combine(_folder.Path, string.Format(System.Globalization.CultureInfo.InvariantCulture, name, Path.GetFileName(date)));
                Directory.CreateDirectory(copy);
                string segment = Directory.GetFiles(date).Single();
                File.Copy(segment, Path.Combine(copy, Path.GetFileName(segment)));
            }
        }

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        (report.Snapshots + report.Events).Should().Be(feed.Given.Count);
        _folder.Segments.Should().Contain(static path => path.EndsWith(".zst", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Segments_that_are_kept_for_ever_are_compressed()
    {
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { RetainFor = TimeSpan.MaxValue }))
        {
            new MadeUpFeed(5).Give(recorder, 50);
            await recorder.FlushAsync(Cancellation);
        }

        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { RetainFor = TimeSpan.MaxValue }))
        {
            new MadeUpFeed(6).Give(recorder, 50);
        }

        _folder.Segments.Count(static path => path.EndsWith(".zst", StringComparison.Ordinal)).Should().Be(2);
    }

    [Fact]
    public async Task A_segment_with_more_damage_than_a_compressed_block_can_hold_stays_readable()
    {
        MadeUpFeed feed = new(7) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }))
        {
            feed.Give(recorder, 50);
        }

        await using (FileStream segment = new(_folder.Segments.Single(), FileMode.Open))
        {
            segment.SetLength(segment.Length + SealedInput.MaxContent);
        }

        RecordingReport before = RecordingVerifier.Verify(_folder.Path);
        SegmentFile file = Reading.RecordingFolder.AllFiles(_folder.Path).Single();
        FluentActions.Invoking(() => Sealing.SealedFileWriter.Write(file, static () => false)).Should().Throw<IOException>();

        RecordingVerifier.Verify(_folder.Path).Snapshots.Should().Be(before.Snapshots).And.BePositive();
    }

    private sealed class ThrowingLog : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new IOException("No space left on device.");

        public void Dispose()
        {
        }
    }
}
