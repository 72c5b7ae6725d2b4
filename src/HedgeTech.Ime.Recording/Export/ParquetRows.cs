using System.Globalization;
using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace HedgeTech.Ime.Recording.Export;

/// <summary>Writes rows as Parquet: row groups of at most <see cref="RowsOfGroup"/> rows, compressed with zstd. Only one group is in memory.</summary>
internal sealed class ParquetRows : IRowWriter
{
    /// <summary>The number of rows of a group.</summary>
    public const int RowsOfGroup = 128 * 1024;

    /// <summary>Digits of a decimal before and after the point together.</summary>
    private const int Precision = 28;

    /// <summary>Digits of a decimal after the point.</summary>
    private const int Scale = 10;

    private const decimal TooLarge = 1_000_000_000_000_000_000m; // 10^(Precision - Scale)

    private readonly ParquetWriter _writer;
    private readonly ParquetColumn[] _columns;
    private readonly bool _asDecimals;
    private int _next;
    private int _rows;

    private ParquetRows(ParquetWriter writer, ParquetColumn[] columns, bool asDecimals)
    {
        _writer = writer;
        _columns = columns;
        _asDecimals = asDecimals;
    }

    public static async Task<IRowWriter> CreateAsync(IReadOnlyList<ExportColumn> columns, bool asDecimals, Stream file, CancellationToken cancellationToken)
    {
        ParquetOptions options = new() { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal };
        foreach (ExportColumn column in columns)
        {
            options.ColumnEncodingHints[column.Name] = column.Course switch
            {
                ExportCourse.Grows => EncodingHint.DeltaBinaryPacked,
                ExportCourse.Scatters => EncodingHint.ByteSplitStream,
                _ => EncodingHint.Default,
            };
        }

        ParquetColumn[] parts = [.. columns.Select(column => Column(column, asDecimals))];
        ParquetSchema schema = new(parts.Select(static part => part.Field));
        ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file, options, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new ParquetRows(writer, parts, asDecimals);
    }

    public void Text(string? value) => ((ParquetTexts)_columns[_next++]).Add(value);

    public void Moment(DateTimeOffset? value) => Add(value?.UtcDateTime);

    public void Date(DateOnly? value) => Add(value?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));

    /// <summary>As text, as on the wire: the type of Parquet for a time of the day would say that it is UTC, but it is that of Tehran.</summary>
    public void Time(TimeOnly? value) => Text(value?.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture));

    public void Whole(long? value) => Add(value);

    public void Flag(bool value) => Add<bool>(value);

    public void Price(decimal? value)
    {
        if (!_asDecimals)
        {
            Add((double?)value);
            return;
        }

        decimal? rounded = value is { } price ? Math.Round(price, Scale) : null;
        Add(rounded is null or (> -TooLarge and < TooLarge)
            ? rounded
            : throw new OverflowException(FormattableString.Invariant($"The price {value} is too large for the decimals of this export.")));
    }

    public async ValueTask EndRowAsync(CancellationToken cancellationToken)
    {
        _next = 0;
        if (++_rows == RowsOfGroup)
        {
            await WriteGroupAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_rows > 0)
        {
            await WriteGroupAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static ParquetColumn Column(ExportColumn column, bool asDecimals) => column.Type switch
    {
        ExportType.Text or ExportType.Time => new ParquetTexts(new DataField<string>(column.Name, column.IsNullable)),
        ExportType.Moment => new ParquetColumn<DateTime>(new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, column.IsNullable)),
        ExportType.Date => new ParquetColumn<DateTime>(new DateTimeDataField(column.Name, DateTimeFormat.Date, isNullable: column.IsNullable)),
        ExportType.Whole => new ParquetColumn<long>(new DataField<long>(column.Name, column.IsNullable)),
        ExportType.Flag => new ParquetColumn<bool>(new DataField<bool>(column.Name, column.IsNullable)),
        _ when asDecimals => new ParquetColumn<decimal>(new DecimalDataField(column.Name, Precision, Scale, isNullable: column.IsNullable)),
        _ => new ParquetColumn<double>(new DataField<double>(column.Name, column.IsNullable)),
    };

    private void Add<T>(T? value)
        where T : struct => ((ParquetColumn<T>)_columns[_next++]).Add(value);

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        foreach (ParquetColumn column in _columns)
        {
            await column.WriteAsync(group, cancellationToken).ConfigureAwait(false);
        }

        group.CompleteValidate();
        _rows = 0;
    }
}
