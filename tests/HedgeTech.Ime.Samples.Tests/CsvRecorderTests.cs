using System.Globalization;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>Runs the recorder as a program and kills it while it writes.</summary>
public sealed class CsvRecorderTests : IDisposable
{
    private static readonly string[] Contracts = ["SAFAB03", "ETCDY03", "قرارداد آتی زعفران نگین تحویل دی ماه 1403"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recorder-");

    [Fact(Timeout = 120_000)]
    public async Task A_recorder_that_is_killed_and_restarted_exports_every_recorded_message_once_and_in_order()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 500 }, cancellationToken: cancellation);
        const int BytesOfStart = 32 * 1024;
        long BytesWritten() => _folder.GetFiles("*.imerec", SearchOption.AllDirectories).Sum(static file => file.Length);
        IReadOnlyList<string> output = [];
        for (int start = 1; start <= 3; start++)
        {
            // Sent messages may not have arrived yet, so only the file shows what the recorder has written.
            int connections = start;
            long written = BytesWritten();
            await using SampleProgram program = SampleProgram.Start("05-CsvRecorder", SampleProgram.Account(simulator), [_folder.FullName, .. Contracts]);
            await simulator.WhenAsync(seen => seen.Handshakes.Count == connections && BytesWritten() > written + BytesOfStart, cancellation);
            if (start < 3)
            {
                program.Kill();
                await program.EndAsync(cancellation);
            }
            else
            {
                await program.InterruptAsync(cancellation);
                (int exitCode, output, _) = await program.EndAsync(cancellation);
                exitCode.Should().Be(0);
            }
        }

        string[][] rows = [.. (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "snapshots.csv"), cancellation)).Select(static line => line.Split(','))];
        output.Should().Contain(line => line.StartsWith($"{rows.Length - 1} rows from ", StringComparison.Ordinal));
        int tradeCount = Array.IndexOf(rows[0], "trade_count");
        foreach (string contract in Contracts)
        {
            // The simulator numbers the messages of a contract by their trade count.
            rows.Where(fields => fields[0].Trim('"') == contract).Select(fields => long.Parse(fields[tradeCount], CultureInfo.InvariantCulture))
                .Should().HaveCountGreaterThan(50).And.BeInAscendingOrder().And.OnlyHaveUniqueItems();
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
