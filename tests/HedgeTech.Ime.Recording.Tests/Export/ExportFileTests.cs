namespace HedgeTech.Ime.Recording.Tests.Export;

public sealed class ExportFileTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_export_without_rows_throws_and_leaves_no_file()
    {
        FeedEvent[] events = [new SnapshotsDropped { Count = 3 }];

        Func<Task> snapshots = () => _folder.Parquet("a.parquet").WriteSnapshotsAsync(events.AsEvents(), TestContext.Current.CancellationToken);
        Func<Task> bars = () => _folder.Csv("a.csv").WriteBarsAsync(events.AsEvents(), TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Func<Task> sheet = () => _folder.Xlsx("a.xlsx").WriteSnapshotsAsync(events.AsEvents(), TestContext.Current.CancellationToken);

        await snapshots.Should().ThrowAsync<InvalidDataException>().WithMessage("There are no snapshots to export in this part of the recording.");
        await bars.Should().ThrowAsync<InvalidDataException>().WithMessage("There are no bars to export in this part of the recording.");
        await sheet.Should().ThrowAsync<InvalidDataException>();
        _folder.Files.Should().BeEmpty();
    }

    [Fact]
    public async Task A_cancelled_export_keeps_the_existing_file_and_leaves_no_other()
    {
        await File.WriteAllTextAsync(_folder.File("a.csv"), "before", TestContext.Current.CancellationToken);
        using CancellationTokenSource cancel = new();

        Func<Task> exporting = () => _folder.Csv("a.csv").WriteSnapshotsAsync(CancelAtRow(300, cancel), cancel.Token);

        await exporting.Should().ThrowAsync<OperationCanceledException>();
        _folder.Files.Should().Equal("a.csv");
        (await File.ReadAllTextAsync(_folder.File("a.csv"), TestContext.Current.CancellationToken)).Should().Be("before");
    }

    [Fact]
    public async Task An_export_replaces_an_existing_file_when_it_is_complete()
    {
        await File.WriteAllTextAsync(_folder.File("a.csv"), "before", TestContext.Current.CancellationToken);

        await _folder.Csv("a.csv").WriteSnapshotsAsync(SeededSnapshots.Of(1, 2).AsEvents(), TestContext.Current.CancellationToken);

        _folder.Files.Should().Equal("a.csv");
        (await File.ReadAllLinesAsync(_folder.File("a.csv"), TestContext.Current.CancellationToken)).Should().HaveCount(3);
    }

    [Fact]
    public async Task The_report_of_an_export_has_the_number_of_rows_their_times_and_the_number_of_missing_snapshots()
    {
        List<MarketSnapshot> snapshots = SeededSnapshots.Of(1, 10);
        FeedEvent[] events = [.. snapshots[..5], new SnapshotsDropped { Count = 3 }, .. snapshots[5..], new SnapshotsDropped { Count = 4 }];

        ExportReport report = await _folder.Csv("a.csv").WriteSnapshotsAsync(events.AsEvents(), TestContext.Current.CancellationToken);

        report.Should().Be(new ExportReport { File = _folder.File("a.csv"), Rows = 10, From = snapshots[0].ReceivedAt, To = snapshots[^1].ReceivedAt, Lost = 7 });
    }

    private static async IAsyncEnumerable<FeedEvent> CancelAtRow(int row, CancellationTokenSource cancel)
    {
        foreach (MarketSnapshot snapshot in SeededSnapshots.Of(2, 400))
        {
            yield return snapshot;
            if (--row == 0)
            {
                await cancel.CancelAsync();
            }
        }
    }
}
