using HedgeTech.Ime.Recording.Export;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording;

/// <summary>Exports the snapshots of a recording, or bars computed from them, to files that other programs read.</summary>
/// <remarks>
/// <para>
/// The columns of snapshots have the names of the wire, such as <c>trade_count</c> and <c>buy_price_1</c>, and <c>contract</c>, <c>received_at</c>, <c>timestamp</c> and
/// <c>jalali_date</c>. An unavailable value is null or empty. A contract that was recorded by id appears as <c>id:</c> followed by the id.
/// </para>
/// <para>
/// The export writes a temporary file and renames it when it is complete, which replaces an existing file. An export that fails or is cancelled leaves no file.
/// Memory does not grow with the recording. The export logs damage and continues. <see cref="RecordingVerifier"/> lists what the recording lacks.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public static class RecordingExport
{
    /// <summary>Exports to Parquet: times in microseconds UTC, prices as doubles, groups of at most 131,072 rows, compressed with zstd.</summary>
    /// <param name="folder">The folder that a <see cref="MarketRecorder"/> wrote to.</param>
    /// <param name="file">The file to write.</param>
    /// <param name="options">What to export; null for all snapshots.</param>
    /// <param name="progress">Receives a report of the progress from time to time; null for none.</param>
    /// <param name="loggerFactory">Creates the logger for damage; null for no log.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <returns>What was written: at least one row.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> or <paramref name="file"/> is empty, or an option is out of range.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder, or that of the file, does not exist.</exception>
    /// <exception cref="FileNotFoundException">The folder does not contain a recording.</exception>
    /// <exception cref="InvalidDataException">There is nothing to export.</exception>
    /// <exception cref="OverflowException">A price is too large for <see cref="ExportOptions.Decimals"/>. Export doubles instead.</exception>
    /// <exception cref="IOException">The recording cannot be read, or the file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The export was cancelled.</exception>
    public static Task<ExportReport> ToParquetAsync(
        string folder, string file, ExportOptions? options = null, IProgress<ExportReport>? progress = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default)
    {
        ExportOptions copy = (options ?? new ExportOptions()).CopyAndValidate(nameof(options));
        return ExportAsync(folder, file, copy, progress, loggerFactory, (columns, _, stream, cancellation) => ParquetRows.CreateAsync(columns, copy.Decimals, stream, cancellation), cancellationToken);
    }

    /// <summary>Exports to CSV according to RFC 4180, in UTF-8 with a byte-order mark, so that Excel shows Persian text. Times are Tehran time with the offset.</summary>
    /// <remarks>A text that a spreadsheet would run as a formula, such as a name that begins with <c>=</c>, gets an apostrophe in front.</remarks>
    /// <inheritdoc cref="ToParquetAsync"/>
    public static Task<ExportReport> ToCsvAsync(
        string folder, string file, ExportOptions? options = null, IProgress<ExportReport>? progress = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default) =>
        ExportAsync(
            folder,
            file,
            (options ?? new ExportOptions()).CopyAndValidate(nameof(options)),
            progress,
            loggerFactory,
            static (columns, _, stream, _) => Task.FromResult<IRowWriter>(new CsvRows(columns, stream)),
            cancellationToken);

    /// <summary>Exports to an Excel workbook. Times are Tehran time without an offset, because Excel has no time zones. After 1,048,575 rows, the next sheet continues.</summary>
    /// <inheritdoc cref="ToParquetAsync"/>
    public static Task<ExportReport> ToXlsxAsync(
        string folder, string file, ExportOptions? options = null, IProgress<ExportReport>? progress = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default) =>
        ExportAsync(
            folder,
            file,
            (options ?? new ExportOptions()).CopyAndValidate(nameof(options)),
            progress,
            loggerFactory,
            static (columns, title, stream, _) => Task.FromResult<IRowWriter>(new XlsxRows(columns, title, stream)),
            cancellationToken);

    private static async Task<ExportReport> ExportAsync(
        string folder, string file, ExportOptions options, IProgress<ExportReport>? progress, ILoggerFactory? loggerFactory, OpenRowWriter open, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ReplaySource source = new(folder, new ReplayOptions { From = options.From, To = options.To }, loggerFactory);
        if (options.From > source.End || options.To < source.Begin)
        {
            throw new InvalidDataException(FormattableString.Invariant($"There is nothing to export, because the recording runs from {source.Begin:yyyy-MM-dd HH:mm:ss.fffzzz} to {source.End:yyyy-MM-dd HH:mm:ss.fffzzz}."));
        }

        Exporter exporter = new(file, open, progress);

        // Off the caller's thread: reading a recording is synchronous.
        return await Task.Run(
            () =>
            {
                IAsyncEnumerable<FeedEvent> events = source.StreamEventsAsync(options.Contracts ?? source.Contracts, cancellationToken);
                return options.Bars is { } interval
                    ? exporter.WriteBarsAsync(events, interval, source.Clock, cancellationToken)
                    : exporter.WriteSnapshotsAsync(events, cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
    }
}
