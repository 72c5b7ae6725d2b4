using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Cli.Tests.Recordings;

/// <summary>A folder with a recording of a simulated market. The recording has one message of each contract in turn.</summary>
internal sealed class RecordingFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ime-recording").FullName;

    public RecordingFolder() => Path = System.IO.Path.Combine(_root, "rec");

    /// <summary>The folder of the recording.</summary>
    public string Path { get; }

    /// <summary>A file beside the recording.</summary>
    public string File(string name) => System.IO.Path.Combine(_root, name);

    /// <summary>The files of the segments.</summary>
    public string[] Segments => Directory.GetFiles(Path, "*.imerec*", SearchOption.AllDirectories);

    /// <summary>Records the given number of messages of each contract, and returns them as they were received.</summary>
    public async Task<List<string>> RecordAsync(int messages, params string[] contracts)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0, AcceptAnyContract = true }, cancellationToken: cancellation);
        await using MarketRecorder recorder = new(Path);
        await using ImeClient client = new(simulator.CreateClientOptions());
        FeedOptions options = client.CreateFeedOptions();
        options.KeepFrames = true;
        options.Sinks.Add(recorder);
        await using MarketFeed feed = client.OpenFeed(ContractSet.ByName(contracts), options);
        IAsyncEnumerator<MarketSnapshot> snapshots = feed.GetAsyncEnumerator(cancellation);
        ValueTask<bool> next = snapshots.MoveNextAsync();
        await simulator.WhenSubscribedAsync(cancellationToken: cancellation);
        List<string> frames = [];
        for (int i = 0; i < messages; i++)
        {
            foreach (string contract in contracts)
            {
                await simulator.PublishAsync(contract, cancellation);
                (await next).Should().BeTrue();
                frames.Add(System.Text.Encoding.UTF8.GetString(snapshots.Current.Frame.Span));
                next = snapshots.MoveNextAsync();
            }
        }

        await feed.DisposeAsync();
        await next;
        await snapshots.DisposeAsync();
        return frames;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
