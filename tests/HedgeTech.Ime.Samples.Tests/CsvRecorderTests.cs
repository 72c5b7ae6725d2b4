using CsvRecorder;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>The recorder as a program, killed while it writes.</summary>
public sealed class CsvRecorderTests : IDisposable
{
    private static readonly string[] Contracts = ["SAFAB03", "ETCDY03", "قرارداد آتی زعفران نگین تحویل دی ماه 1403"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recorder-");

    [Fact(Timeout = 120_000)]
    public async Task A_recorder_that_is_killed_repeatedly_leaves_no_line_incomplete_or_repeated()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 500, SnapshotOnConnect = true }, cancellationToken: TestContext.Current.CancellationToken);
        const int Starts = 4;
        const int BytesOfStart = 32 * 1024;
        long BytesWritten() => _folder.GetFiles("*.csv").Sum(static file => file.Length);
        for (int start = 1; start <= Starts; start++)
        {
            // Messages may still be on their way, so only the file shows what was written.
            int connections = start;
            long written = BytesWritten();
            await using SampleProgram program = SampleProgram.Start("05-CsvRecorder", SampleProgram.Account(simulator), [_folder.FullName, .. Contracts]);
            await simulator.WhenAsync(seen => seen.Handshakes.Count == connections && BytesWritten() > written + BytesOfStart, TestContext.Current.CancellationToken);

            program.Kill();
            await program.EndAsync(TestContext.Current.CancellationToken);
        }

        // The last recorder ends normally, and repairs what the previous one left.
        await using (SampleProgram last = SampleProgram.Start("05-CsvRecorder", SampleProgram.Account(simulator), [_folder.FullName, .. Contracts]))
        {
            long written = BytesWritten();
            await simulator.WhenAsync(seen => seen.Handshakes.Count > Starts && BytesWritten() > written + BytesOfStart, TestContext.Current.CancellationToken);
            await last.InterruptAsync(TestContext.Current.CancellationToken);
            (await last.EndAsync(TestContext.Current.CancellationToken)).ExitCode.Should().Be(0);
        }

        int columns = CsvLine.Header.Split(',').Length;
        string[] files = [.. _folder.GetFiles("*.csv").Select(static file => file.FullName).Order()];
        string[][] lines = [.. files.SelectMany(File.ReadAllLines).Where(static line => line != CsvLine.Header).Select(static line => line.Split(','))];
        lines.Should().HaveCountGreaterThan((Starts + 1) * 50).And.OnlyContain(fields => fields.Length >= columns);
        files.Sum(static file => File.ReadAllLines(file).Count(static line => line == CsvLine.Header)).Should().Be(files.Length);
        lines.Count(static fields => fields[1] == "begin").Should().Be(Starts + 1);
        lines.Count(static fields => fields[1] == "end").Should().Be(1);
        foreach (string contract in Contracts)
        {
            // The simulator numbers the messages of a contract by their trade count.
            lines.Where(fields => fields[1] == "snapshot" && fields[2] == contract).Select(static fields => long.Parse(fields[10], System.Globalization.CultureInfo.InvariantCulture))
                .Should().NotBeEmpty().And.BeInAscendingOrder().And.OnlyHaveUniqueItems();
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
