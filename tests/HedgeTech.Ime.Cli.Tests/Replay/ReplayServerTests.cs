using System.Diagnostics;
using System.Text;
using HedgeTech.Ime.Cli.Tests.Recordings;
using HedgeTech.Ime.Cli.Tests.Terminal;

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
}
