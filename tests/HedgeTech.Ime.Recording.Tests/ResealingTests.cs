using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests what a recorder does with a segment that an earlier one left both plain and compressed, before it deletes the plain file.</summary>
public sealed class ResealingTests : IDisposable
{
    private const int Sealed = 2220;
    private const int SealedAgain = 2225;
    private const int BothDamaged = 2226;

    private readonly TemporaryFolder _folder = new();
    private readonly MadeUpFeed _feed = new(1) { HasOutages = false };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_compressed_file_that_is_damaged_later_is_written_again_from_the_plain_file(bool isTruncated)
    {
        await RecordAsync(200);
        byte[] intact = await File.ReadAllBytesAsync(_folder.Segments[1], Cancellation);
        Damage(_folder.Segments[1], isTruncated);

        await RecordAsync(10);

        (await Replayed.AllAsync(_folder.Path)).Where(static one => one is MarketSnapshot).ToList().ShouldBe(_feed.Given);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().BeEmpty();
        (await File.ReadAllBytesAsync(_folder.Segments[1], Cancellation)).Should().Equal(intact);

        await RecordAsync(10);

        Kinds().Should().Equal([".imerec.zst", ".imerec.zst", ".imerec", ".imerec.zst"], "the next recorder deletes the plain files, because the compressed ones are intact");
        (await Replayed.AllAsync(_folder.Path)).Where(static one => one is MarketSnapshot).ToList().ShouldBe(_feed.Given);
    }

    [Fact]
    public async Task Both_files_of_a_segment_are_kept_if_both_are_damaged_because_each_may_hold_what_the_other_lacks()
    {
        await RecordAsync(200);
        Damage(_folder.Segments[0], isTruncated: false);
        Damage(_folder.Segments[1], isTruncated: true);
        byte[][] before = [.. _folder.Segments.Select(File.ReadAllBytes)];

        await RecordAsync(10);
        await RecordAsync(10);

        Kinds().Should().Equal(".imerec", ".imerec.zst", ".imerec.zst", ".imerec", ".imerec.zst");
        _folder.Segments.Take(2).Select(File.ReadAllBytes).Should().BeEquivalentTo(before, static options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task A_plain_file_that_was_damaged_before_it_was_compressed_is_deleted_because_the_compressed_one_holds_the_same()
    {
        await RecordAsync(200, compress: false);
        Damage(_folder.Segments[0], isTruncated: false);
        SealedFileWriter.Write(RecordingFolder.AllFiles(_folder.Path).Single(), static () => false);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().NotBeEmpty();

        await RecordAsync(10);

        Kinds().Should().Equal(".imerec.zst", ".imerec", ".imerec.zst");
    }

    [Fact]
    public async Task A_compressed_file_that_is_damaged_while_its_recorder_runs_is_written_again_before_the_plain_file_is_deleted()
    {
        using OnFirst damaging = new(Sealed, _ => Damage(_folder.Segments.Single(static path => path.EndsWith(".zst", StringComparison.Ordinal)), isTruncated: false));
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { SegmentBytes = 100_000 }, damaging))
        {
            while (_folder.Segments.Select(Path.GetFileNameWithoutExtension).Distinct().Count() < 4)
            {
                _feed.Give(recorder, 100, snapshotsOnly: true);
                await recorder.FlushAsync(Cancellation);
            }
        }

        damaging.Logged.Should().Contain(Sealed);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().BeEmpty();
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(_feed.Given);
    }

    [Fact]
    public async Task A_segment_whose_files_are_deleted_meanwhile_is_not_logged_as_damaged()
    {
        await RecordAsync(200, compress: false);
        await RecordAsync(200, compress: false);
        foreach (SegmentFile plain in RecordingFolder.List(_folder.Path))
        {
            SealedFileWriter.Write(plain, static () => false);
            Damage((plain with { IsSealed = true }).FullPath, isTruncated: false);
        }

        string[] before = _folder.Segments;
        using OnFirst deleting = new(SealedAgain, message =>
        {
            foreach (string path in before.Where(path => !message.Contains(Path.GetFileName(path)[..40], StringComparison.Ordinal)))
            {
                File.Delete(path); // before the recorder looks at it
            }
        });
        await using (MarketRecorder recorder = new(_folder.Path, loggerFactory: deleting))
        {
            _feed.Give(recorder, 10, snapshotsOnly: true);
        }

        deleting.Logged.Should().Contain(SealedAgain).And.NotContain(BothDamaged);
        before.Count(File.Exists).Should().Be(2);
    }

    private async Task RecordAsync(int count, bool compress = true)
    {
        await using MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = compress });
        _feed.Give(recorder, count, snapshotsOnly: true);
    }

    private IEnumerable<string> Kinds() => _folder.Segments.Select(static path => path[path.IndexOf(".imerec", StringComparison.Ordinal)..]);

    private static void Damage(string path, bool isTruncated)
    {
        if (isTruncated)
        {
            DamagedFile.Truncate(path);
        }
        else
        {
            DamagedFile.Overwrite(path, 0.5);
        }
    }

    /// <summary>Acts when an event is logged for the first time, on the thread that compresses.</summary>
    private sealed class OnFirst(int id, Action<string> action) : ILoggerFactory, ILogger
    {
        private readonly List<int> _logged = [];

        /// <summary>The events so far, of one recorder that has ended.</summary>
        public IReadOnlyList<int> Logged => _logged;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_logged)
            {
                _logged.Add(eventId.Id);
                if (eventId.Id != id || _logged.Count(one => one == id) > 1)
                {
                    return;
                }
            }

            action(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
