namespace HedgeTech.Ime.Recording.Export;

/// <summary>Makes the writer of a format.</summary>
/// <param name="columns">The columns.</param>
/// <param name="title">What the rows are.</param>
/// <param name="file">The file to write to.</param>
/// <param name="cancellationToken">Cancels the start.</param>
internal delegate Task<IRowWriter> OpenRowWriter(IReadOnlyList<ExportColumn> columns, string title, Stream file, CancellationToken cancellationToken);

/// <summary>Writes the snapshots or the bars of a source to a file.</summary>
/// <param name="file">The file.</param>
/// <param name="open">Makes the writer of its format.</param>
/// <param name="progress">Learns of the rows written so far; null for nobody.</param>
internal sealed class Exporter(string file, OpenRowWriter open, IProgress<ExportReport>? progress)
{
    private const int RowsBetweenReports = 16 * 1024;

    private long _lost;

    /// <summary>Writes all snapshots that the events contain.</summary>
    /// <exception cref="InvalidDataException">There are none; no file is left.</exception>
    public Task<ExportReport> WriteSnapshotsAsync(IAsyncEnumerable<FeedEvent> events, CancellationToken cancellationToken) =>
        WriteAsync(SnapshotsOf(events), new SnapshotRows(), cancellationToken);

    /// <summary>Writes the bars that the events make.</summary>
    /// <param name="events">The events.</param>
    /// <param name="interval">The length of a bar.</param>
    /// <param name="clock">The clock of the events.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="InvalidDataException">There are none; no file is left.</exception>
    public Task<ExportReport> WriteBarsAsync(IAsyncEnumerable<FeedEvent> events, TimeSpan interval, TimeProvider clock, CancellationToken cancellationToken) =>
        WriteAsync(CountLosses(events).ToBarsAsync(interval, timeProvider: clock, cancellationToken: cancellationToken), new BarRows(), cancellationToken);

    private async Task<ExportReport> WriteAsync<T>(IAsyncEnumerable<T> rows, RowShape<T> shape, CancellationToken cancellationToken)
    {
        ExportReport report = new() { File = file };
        ExportFile output = new(file);
        await using (output.ConfigureAwait(false))
        {
            IRowWriter writer = await open(shape.Columns, shape.Title, output.Stream, cancellationToken).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                (long count, DateTimeOffset from, DateTimeOffset to) = (0, default, default);
                await foreach (T row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    shape.Write(row, writer);
                    await writer.EndRowAsync(cancellationToken).ConfigureAwait(false);
                    (DateTimeOffset begin, DateTimeOffset end) = shape.Span(row);
                    from = count == 0 || begin < from ? begin : from;
                    to = end > to ? end : to;
                    if (++count % RowsBetweenReports == 0)
                    {
                        progress?.Report(report with { Rows = count, From = from, To = to, Lost = _lost });
                    }
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (count == 0)
                {
                    throw new InvalidDataException($"There are no {shape.Title} to export in this part of the recording.");
                }

                await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
                report = report with { Rows = count, From = from, To = to, Lost = _lost };
            }

            await output.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        progress?.Report(report);
        return report;
    }

    private async IAsyncEnumerable<FeedEvent> CountLosses(IAsyncEnumerable<FeedEvent> events)
    {
        await foreach (FeedEvent happened in events.ConfigureAwait(false))
        {
            _lost += happened is SnapshotsDropped dropped ? dropped.Count : 0;
            yield return happened;
        }
    }

    private async IAsyncEnumerable<MarketSnapshot> SnapshotsOf(IAsyncEnumerable<FeedEvent> events)
    {
        await foreach (FeedEvent happened in CountLosses(events).ConfigureAwait(false))
        {
            if (happened is MarketSnapshot snapshot)
            {
                yield return snapshot;
            }
        }
    }
}
