using System.Collections.Concurrent;
using HedgeTech.Ime.Recording.Reading;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests the sentences that a recorder logs.</summary>
public sealed class RecorderLogTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("No space left on device : '1.imerec'", "No space left on device : '1.imerec'.")]
    [InlineData("The disk is full.", "The disk is full.")]
    public async Task A_failure_of_the_disk_that_cost_nothing_is_logged_in_whole_sentences_without_a_number(string reason, string logged)
    {
        using Disk disk = new() { Room = 0, Refusal = reason };
        using Lines lines = new();
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, lines, null, disk.Create, MarketRecorder.MaxPendingBytes))
        {
            Task refused = disk.WhenRefused();
            new MadeUpFeed(1).Give(recorder, 50);
            await refused.WaitAsync(Soon, Cancellation);
            disk.Room = long.MaxValue;
            await recorder.FlushAsync(Cancellation).WaitAsync(Soon, Cancellation);
            recorder.Statistics.Lost.Should().Be(0);
        }

        lines.Warnings.Should().Equal(
            $"The recording cannot be written: {logged} The recorder keeps trying, and counts what it loses.",
            "The recording can be written again. Nothing has been lost.");
    }

    [Fact]
    public async Task A_segment_that_cannot_be_compressed_is_logged_and_compressed_with_the_next_one()
    {
        MadeUpFeed feed = new(1) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }))
        {
            feed.Give(recorder, 50, snapshotsOnly: true);
        }

        SegmentFile segment = RecordingFolder.List(_folder.Path).Single();
        string unfinished = $"{segment.FullPath}.zst.tmp";
        Directory.CreateDirectory(unfinished); // so that no file of this name can be made
        using Lines lines = new();
        await using (MarketRecorder recorder = new(_folder.Path, loggerFactory: lines))
        {
            await lines.WhenLogged.WaitAsync(Soon, Cancellation);
            Directory.Delete(unfinished);
            feed.Give(recorder, 50, snapshotsOnly: true);
        }

        lines.Warnings.Should().Equal($"Segment {segment.RelativePath} could not be compressed. It stays uncompressed until the recorder tries again, with the next segment.");
        File.Exists((segment with { IsSealed = true }).FullPath).Should().BeTrue();
        (await Replayed.AllAsync(_folder.Path)).Where(static one => one is MarketSnapshot).ToList().ShouldBe(feed.Given);
    }

    [Fact]
    public async Task A_defect_that_ends_the_compression_is_logged_and_the_recorder_continues()
    {
        MadeUpFeed feed = new(1) { HasOutages = false };
        using Lines lines = new();
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { RetainFor = TimeSpan.FromDays(1) }, lines, new ClockWithDefect()))
        {
            await lines.WhenLogged.WaitAsync(Soon, Cancellation);
            feed.Give(recorder, 50, snapshotsOnly: true);
        }

        lines.Warnings.Should().Equal("Segments are no longer compressed or deleted. The recorder continues.");
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
    }

    /// <summary>A clock that fails on the thread that compresses and deletes segments.</summary>
    private sealed class ClockWithDefect : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Thread.CurrentThread.Name == "HedgeTech.Ime sealer" ? throw new InvalidOperationException("A defect.") : base.GetUtcNow();
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Warnings { get; } = [];

        /// <summary>Completes with the first warning.</summary>
        public Task WhenLogged => _logged.Task;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Warnings.Enqueue(formatter(state, exception));
                _logged.TrySetResult();
            }
        }

        public void Dispose()
        {
        }
    }
}
