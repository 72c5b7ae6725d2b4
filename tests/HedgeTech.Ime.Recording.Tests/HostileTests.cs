using System.Text;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests recorders and readers in a hostile environment.</summary>
public sealed class HostileTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_logger_that_throws_does_not_end_the_recording()
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
    public async Task A_failed_writer_counts_everything_as_lost_and_a_flush_throws()
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
    public async Task A_mark_that_is_longer_than_the_distance_between_marks_does_not_stop_the_recording()
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

    [Fact]
    public async Task Unrequested_contracts_do_not_lengthen_the_marks_and_their_messages_are_replayed()
    {
        const int Count = 300;
        DateTimeOffset at = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
        List<MarketSnapshot> given = [];
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }))
        {
            for (int number = 0; number < Count; number++)
            {
                System.Buffers.ArrayBufferWriter<byte> written = new();
                MarketSnapshotSerializer.Serialize(new MarketSnapshot { Contract = ContractKey.Name($"{number}{new string('x', 50_000)}") }, written);
                byte[] frame = written.WrittenSpan.ToArray();
                MarketSnapshotSerializer.TryDeserialize(frame, at, RecordHeader.UsualOffset, null, out MarketSnapshot? snapshot, out _).Should().BeTrue();
                given.Add(snapshot!);
                recorder.OnSnapshot(snapshot!, frame);
                await recorder.FlushAsync(Cancellation);
            }

            recorder.Statistics.Bytes.Should().BeLessThan(Count * 60_000, "the messages contain the names, but the marks must not");
        }

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path, contracts: [.. given.Select(static one => one.Contract)]);
        events.ShouldBe(given);
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("2020-01-01")]
    public async Task A_copy_of_files_within_the_recording_disturbs_neither_reader_nor_writer(string name)
    {
        using KeptLog log = new();
        MadeUpFeed feed = new(4);
        for (int run = 0; run < 5; run++)
        {
            await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = run > 1 }, log))
            {
                feed.Give(recorder, 50);
            }

            if (run is 0 or 3)
            {
                string copy = Path.Combine(_folder.Path, name);
                Directory.CreateDirectory(copy);
                foreach (string segment in _folder.Segments.Where(path => !path.StartsWith(copy, StringComparison.Ordinal)))
                {
                    File.Copy(segment, Path.Combine(copy, Path.GetFileName(segment)), overwrite: true);
                }

                RecordingReport report = RecordingVerifier.Verify(_folder.Path);
                (report.Snapshots + report.Events).Should().Be(feed.Given.Count);
            }
        }

        log.Worst.Should().Be(LogLevel.Debug);
    }

    [Fact]
    public async Task Segments_that_are_kept_forever_are_compressed()
    {
        for (int run = 0; run < 4; run++)
        {
            await using MarketRecorder recorder = new(_folder.Path, new RecordingOptions { RetainFor = TimeSpan.MaxValue });
            new MadeUpFeed(5).Give(recorder, 50);
            await recorder.FlushAsync(Cancellation);
        }

        _folder.Segments.Count(static path => path.EndsWith(".zst", StringComparison.Ordinal)).Should().Be(4);
    }

    [Fact]
    public async Task An_event_of_a_newer_version_is_replayed_as_an_interruption()
    {
        DateTimeOffset at = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
        SegmentName name = new(1, at, 7);
        PayloadWriter begin = new();
        new SegmentBegin { Id = 7, Number = 1, Writer = "", Contracts = [ContractKey.Name("SAFAB03")] }.Write(begin);
        byte[] happened = Encoding.UTF8.GetBytes("""{"type":"interrupted","receivedAt":"2026-01-03T06:30:00Z","connection":1,"contracts":["SAFAB03"],"reason":"Eclipse"}""");
        string date = Path.Combine(_folder.Path, "2026-01-03");
        Directory.CreateDirectory(date);
        await File.WriteAllBytesAsync(
            Path.Combine(date, name + SegmentName.Plain),
            [.. Record(RecordKind.Begin, 0, begin.Written.ToArray()), .. Record(RecordKind.Event, 1, happened)],
            Cancellation);

        List<FeedEvent> events = [];
        await foreach (FeedEvent one in new ReplaySource(_folder.Path).StreamEventsAsync(ContractSet.ByName("SAFAB03"), Cancellation))
        {
            events.Add(one);
        }

        events.Should().HaveCount(2);
        events[0].Should().BeOfType<FeedInterrupted>().Which.Description.Should().Be("An event here could not be read. A newer version may have recorded it.");
        events[1].Should().BeOfType<FeedResumed>();

        byte[] Record(RecordKind kind, uint number, byte[] payload)
        {
            byte[] record = new byte[RecordHeader.Size + payload.Length];
            RecordHeader.Write(record, payload.Length, kind, RecordFlags.None, RecordHeader.NoContract, at.UtcTicks);
            payload.CopyTo(record, RecordHeader.Size);
            RecordHeader.Complete(record, number, RecordHeader.SeedOf(7));
            return record;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Impossible_values_with_a_valid_checksum_do_not_make_a_replay_fail(int kind)
    {
        DateTimeOffset at = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
        SegmentName name = new(1, at, 7);
        uint seed = RecordHeader.SeedOf(7);
        byte[] frame = new byte[2 + 200];
        frame.AsSpan().Fill((byte)'{');
        BitConverter.TryWriteBytes(frame, (short)20_000);
        PayloadWriter begin = new();
        new SegmentBegin { Id = 7, Number = 1, Writer = "", Contracts = [new ContractKey(ContractKeyKind.Name, kind == 2 ? " " : "SAFAB03")] }.Write(begin);
        PayloadWriter mark = new();
        new SegmentMark(new SegmentCounts(0, 0, 0, 0, long.MaxValue), 1, [ContractKey.Name("ETCDY03")]).Write(mark);
        string date = Path.Combine(_folder.Path, "2026-01-03");
        Directory.CreateDirectory(date);
        await File.WriteAllBytesAsync(
            Path.Combine(date, name + SegmentName.Plain),
            [
                .. Record(RecordKind.Begin, RecordFlags.None, 0, begin.Written.ToArray()),
                .. Record(RecordKind.Frame, RecordFlags.HasOffset, 1, frame),
                .. kind == 1 ? Record(RecordKind.Mark, RecordFlags.None, 2, mark.Written.ToArray()) : [],
            ],
            Cancellation);

        ReplaySource source = new(_folder.Path);
        source.End.Should().Be(at);
        List<FeedEvent> events = [];
        await foreach (FeedEvent happened in source.StreamEventsAsync(MadeUpFeed.Contracts, Cancellation))
        {
            events.Add(happened);
        }

        events.Should().ContainSingle().Which.Should().BeOfType<FrameRejected>();
        if (kind == 2)
        {
            FluentActions.Invoking(() => source.Contracts).Should().Throw<InvalidOperationException>();
        }

        byte[] Record(RecordKind of, RecordFlags flags, uint number, byte[] payload)
        {
            byte[] record = new byte[RecordHeader.Size + payload.Length];
            RecordHeader.Write(record, payload.Length, of, flags, RecordHeader.NoContract, at.UtcTicks);
            payload.CopyTo(record, RecordHeader.Size);
            RecordHeader.Complete(record, number, seed);
            return record;
        }
    }

    [Fact]
    public async Task A_segment_whose_damage_exceeds_a_compressed_block_stays_readable()
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

    private sealed class KeptLog : ILoggerFactory, ILogger
    {
        public LogLevel Worst { get; private set; }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Worst = logLevel > Worst ? logLevel : Worst;

        public void Dispose()
        {
        }
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
