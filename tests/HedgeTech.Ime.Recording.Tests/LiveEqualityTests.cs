using System.Globalization;
using System.Net;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>A replay has the same events as the live feed, whatever faults the feed had.</summary>
public sealed class LiveEqualityTests : IDisposable
{
    private const string CountVariable = "IME_LIVES";
    private const string SeedVariable = "IME_LIFE_SEED";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_replay_has_exactly_the_events_of_the_live_consumer()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable(CountVariable) ?? "24", CultureInfo.InvariantCulture);
        int seed = Environment.GetEnvironmentVariable(SeedVariable) is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000);

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (life, token) =>
        {
            string folder = Path.Combine(_folder.Path, life.ToString(CultureInfo.InvariantCulture));
            try
            {
                await LiveAsync(folder, new Random(seed + life), token);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{CountVariable}={count} {SeedVariable}={seed}, life {life}", failure);
            }
        });
    }

    private static async Task LiveAsync(string folder, Random random, CancellationToken cancellationToken)
    {
        ContractSet contracts = ContractSet.ByName("SAFAB03", "ETCDY03", "GOLDAB03");
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Seed = random.Next(), Rate = 300, AcceptAnyContract = true }, cancellationToken: cancellationToken);
        ImeClientOptions options = simulator.CreateClientOptions();
        options.Reconnect.InitialDelay = TimeSpan.FromMilliseconds(5);
        options.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(20);
        options.TimestampOffset = random.Next(2) == 0 ? options.TimestampOffset : TimeSpan.FromHours(random.Next(-5, 6));
        options.Connection.MaxContractsPerConnection = random.Next(2) == 0 ? 1 : null;
        await using ImeClient client = new(options);
        FeedOptions feedOptions = client.CreateFeedOptions();
        feedOptions.Capacity = 1_000_000;
        feedOptions.KeepFrames = random.Next(2) == 0;
        feedOptions.Redundancy = 1 + random.Next(2);
        RecordingOptions recording = new() { SegmentBytes = 64 * 1024, WriteInterval = random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1) };
        MarketRecorder recorder = new(folder, recording);
        feedOptions.Sinks.Add(recorder);
        List<FeedEvent> live = [];
        await using (recorder)
        {
            await using MarketFeed feed = client.OpenFeed(contracts, feedOptions);
            int goal = 50;
            int faults = 6;
            await foreach (FeedEvent feedEvent in feed.ReadEventsAsync(cancellationToken))
            {
                live.Add(feedEvent is FeedInterrupted interrupted ? interrupted with { Exception = null } : feedEvent);
                if (live.Count < goal)
                {
                    continue;
                }

                if (faults-- == 0)
                {
                    break;
                }

                goal = live.Count + random.Next(20, 200);
                await HarmAsync(simulator, random, cancellationToken);
            }

        }

        recorder.Statistics.Lost.Should().Be(0);
        List<FeedEvent> replayed = await Replayed.AllAsync(folder, contracts: contracts);

        // Messages that both lines delivered too late are missing for the consumer and in the recording. The consumer gets their announcement before the events in its
        // buffer, so only its position differs: what is announced in the recording up to some event has been announced to the consumer by then. A single line is never too late.
        if (feedOptions.Redundancy > 1)
        {
            List<FeedEvent> all = [.. replayed];
            long late = Late(live);
            live.RemoveAll(static one => one is SnapshotsDropped);
            late.Should().BeInRange(Late(all.Take(all.IndexOf(live[^1]))), Late(all));
            replayed.RemoveAll(static one => one is SnapshotsDropped);
        }

        List<FeedEvent> seen = [.. replayed.Take(live.Count)]; // the recorder may have more events than the consumer, which ended first
        seen.ShouldBe(live);
        live.Should().Contain(static one => one is FeedConnected);
        RecordingVerifier.Verify(folder).Damage.Should().BeEmpty();
    }

    private static long Late(IEnumerable<FeedEvent> events) => events.OfType<SnapshotsDropped>().Sum(static late => late.Count);

    private static Task HarmAsync(ImeSimulator simulator, Random random, CancellationToken cancellationToken)
    {
        switch (random.Next(7))
        {
            case 0:
                simulator.Drop();
                return Task.CompletedTask;
            case 1:
                return simulator.EndAsync();
            case 2:
                return simulator.CloseAsync(1011 + random.Next(3), "going away \u202e");
            case 3:
                return simulator.SendTextAsync($"not a snapshot {random.Next()}", cancellationToken);
            case 4:
                return simulator.SendBinaryAsync(new byte[] { 1, 2, 3 }, cancellationToken);
            case 5:
                simulator.RefuseHandshakes(HttpStatusCode.ServiceUnavailable, count: 1);
                simulator.Drop();
                return Task.CompletedTask;
            default:
                simulator.RevokeTokens();
                simulator.Drop();
                return Task.CompletedTask;
        }
    }
}
