using System.Globalization;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>A process that is killed at any moment, also while it starts or compresses a segment, loses no event that it knew to be recorded.</summary>
public sealed class KillTests : IDisposable
{
    private const string CountVariable = "IME_KILLS";
    private const string SeedVariable = "IME_KILL_SEED";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Every_event_that_the_consumer_saw_before_a_kill_is_recorded_once_and_in_order() =>
        KillAsync(int.Parse(Environment.GetEnvironmentVariable(CountVariable) ?? "50", CultureInfo.InvariantCulture), isSynchronous: true);

    [Fact]
    public Task Every_event_that_an_asynchronous_recorder_reports_as_written_survives_a_kill() => KillAsync(5, isSynchronous: false);

    [Fact]
    public async Task An_asynchronous_recorder_writes_the_last_events_before_a_kill_without_a_further_call()
    {
        int seed = Random.Shared.Next(1_000_000);
        MadeUpFeed feed = KilledRecorder.Feed(seed);
        await KilledRecorder.RunAsync(_folder.Path, seed, isSynchronous: false, reports: int.MaxValue);

        List<FeedEvent> events = await RecordedAsync(_folder.Path);
        events.Should().HaveCountGreaterThanOrEqualTo(KilledRecorder.Messages, "seed {0}", seed);
        feed.Give(new NoSink(), events.Count);
        events.ShouldBe(feed.Given);
    }

    private async Task KillAsync(int count, bool isSynchronous)
    {
        int first = Environment.GetEnvironmentVariable(SeedVariable) is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000);
        for (int kill = 0; kill < count; kill++)
        {
            int seed = first + kill;
            Random random = new(seed);
            string because = $"{CountVariable}={count} {SeedVariable}={first}, number {kill}";
            string folder = Path.Combine(_folder.Path, kill.ToString(CultureInfo.InvariantCulture));
            List<FeedEvent> expected = [];

            // Records to some folders again, so that the next process finds the files of the killed one.
            for (int life = random.Next(1, 3); life > 0; life--, kill++)
            {
                MadeUpFeed feed = KilledRecorder.Feed(seed + life);
                int known = await KilledRecorder.RunAsync(folder, seed + life, isSynchronous, reports: random.Next(2) == 0 ? random.Next(1, 40) : random.Next(1, 400));

                if (!Directory.Exists(folder) || !Directory.EnumerateDirectories(folder).Any())
                {
                    known.Should().Be(0, because);
                    continue;
                }

                List<FeedEvent> events = await RecordedAsync(folder);
                int recorded = events.Count - expected.Count;
                recorded.Should().BeGreaterThanOrEqualTo(known, because);
                feed.Give(new NoSink(), recorded);
                expected.AddRange(feed.Given.Take(recorded));
                events.ShouldBe(expected);
            }

            kill--;
            if (expected.Count > 0)
            {
                await using (MarketRecorder next = new(folder))
                {
                    (await RecordedAsync(folder)).ShouldBe(expected);
                }

                RecordingVerifier.Verify(folder).Damage.Should().BeEmpty("the next recorder removes the incomplete record: {0}", because);
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<List<FeedEvent>> RecordedAsync(string folder) =>
        [.. (await Replayed.AllAsync(folder)).Where(static one => one is not (FeedInterrupted { Connection: 0 } or FeedResumed { Connection: 0 }))];

    private sealed class NoSink : IFeedSink
    {
        public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
        {
        }

        public void OnEvent(FeedEvent feedEvent)
        {
        }
    }
}
