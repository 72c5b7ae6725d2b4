using System.Diagnostics;
using System.Text;
using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;
using HedgeTech.Ime.Recording;

namespace HedgeTech.Ime.Cli.Tests.Replay;

/// <summary>Tests a replay over the protocol of the service.</summary>
public sealed class ReplayServerTests : IDisposable
{
    private readonly RecordingFolder _recording = new();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public async Task Every_client_that_logs_in_gets_all_recorded_messages_unchanged()
    {
        List<string> frames = await _recording.RecordAsync(3, "SAFAB03", "زعفران");
        using Process tool = Tool.Start([], "replay", _recording.Path, "--serve", "--speed", "1000000");
        string introduction = (await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        Uri address = new(introduction.Split(" at ")[1].Split(' ')[0]);
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = address, Username = "demo", Password = "demo-password", Feed = { KeepFrames = true } });

        for (int run = 0; run < 2; run++)
        {
            List<string> received = [];
            await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03", "زعفران"], TestContext.Current.CancellationToken))
            {
                received.Add(Encoding.UTF8.GetString(snapshot.Frame.Span));
                if (received.Count == frames.Count)
                {
                    break;
                }
            }

            received.Should().Equal(frames);
        }

        tool.Kill();
    }

    [Fact]
    public async Task A_client_that_connects_after_the_last_message_but_before_the_end_gets_the_next_replay()
    {
        await RecordAsync(pauseAtTheEnd: TimeSpan.FromSeconds(3));
        using Process tool = Tool.Start([], "replay", _recording.Path, "--serve", "--speed", "1");
        Uri address = new((await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(" at ")[1].Split(' ')[0]);
        await using ImeClient first = new(new ImeClientOptions { BaseAddress = address, Username = "demo", Password = "demo-password" });
        await using IAsyncEnumerator<MarketSnapshot> early = first.StreamByNameAsync(["SAFAB03"], TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await early.MoveNextAsync()).Should().BeTrue();

        // If the machine is so slow that the recording is over by now, this client gets the next replay anyway.
        await using ImeClient second = new(new ImeClientOptions { BaseAddress = address, Username = "demo", Password = "demo-password" });
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        waiting.CancelAfter(TimeSpan.FromSeconds(45));
        await using IAsyncEnumerator<MarketSnapshot> late = second.StreamByNameAsync(["SAFAB03"], waiting.Token).GetAsyncEnumerator(waiting.Token);

        (await late.MoveNextAsync()).Should().BeTrue();
        tool.Kill();
    }

    /// <summary>Records one message, and an event some time later.</summary>
    private async Task RecordAsync(TimeSpan pauseAtTheEnd)
    {
        byte[] frame = [.. "{\"channel\":\"IME Stream\",\"contractName\":\"SAFAB03\",\"timestamp\":\"2026-01-03T10:00:00\",\"data\":{}}"u8];
        DateTimeOffset receivedAt = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);
        await using MarketRecorder recorder = new(_recording.Path, new RecordingOptions { Compress = false });
        recorder.OnSnapshot(MarketSnapshotSerializer.Deserialize(frame) with { ReceivedAt = receivedAt }, frame);
        recorder.OnEvent(new FeedSilent { Connection = 1, Contracts = ContractSet.ByName("SAFAB03"), Silence = pauseAtTheEnd, ReceivedAt = receivedAt + pauseAtTheEnd });
        recorder.OnEnd(null);
    }
}
