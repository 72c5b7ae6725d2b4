using System.Globalization;
using System.IO.Compression;
using System.Text;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Recording.Export;

/// <summary>Writes rows as an Excel workbook, row by row, so that memory does not grow. A sheet that is full is continued on another one. Times are those of Tehran, because Excel has no time zones.</summary>
internal sealed class XlsxRows : IRowWriter
{
    /// <summary>The number of rows that Excel reads, the header included.</summary>
    public const int RowsOfSheet = 1_048_576;

    private const int FullBuffer = 64 * 1024;

    private static readonly DateTime Epoch = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    private readonly ZipArchive _archive;
    private readonly IReadOnlyList<ExportColumn> _columns;
    private readonly string _title;
    private readonly int _rowsOfSheet;
    private readonly StringBuilder _text = new(FullBuffer + 4096);
    private Stream? _sheet;
    private int _sheets;
    private int _rows;
    private bool _isInRow;

    public XlsxRows(IReadOnlyList<ExportColumn> columns, string title, Stream file, int rowsOfSheet = RowsOfSheet)
    {
        _archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        _columns = columns;
        _title = title;
        _rowsOfSheet = rowsOfSheet;
        BeginSheet();
    }

    public void Text(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Empty();
            return;
        }

        BeginCell();
        _text.Append("""<c t="inlineStr"><is><t xml:space="preserve">""").Append(XlsxText.Escape(value)).Append("</t></is></c>");
    }

    public void Moment(DateTimeOffset? value)
    {
        DateTime? local = value is { UtcDateTime.Year: < 9999 } moment ? moment.ToOffset(Tehran.Offset).DateTime : null;
        Serial((local - Epoch)?.TotalDays, XlsxParts.MomentStyle);
    }

    public void Date(DateOnly? value) => Serial((value?.ToDateTime(TimeOnly.MinValue) - Epoch)?.TotalDays, XlsxParts.DateStyle);

    public void Time(TimeOnly? value) => Serial(value?.ToTimeSpan().TotalDays, XlsxParts.TimeStyle);

    public void Whole(long? value) => Number(value, "");

    public void Price(decimal? value) => Number(value, "0.############################");

    public void Flag(bool value)
    {
        BeginCell();
        _text.Append("""<c t="b"><v>""").Append(value ? '1' : '0').Append("</v></c>");
    }

    public async ValueTask EndRowAsync(CancellationToken cancellationToken)
    {
        EndRow();
        if (_text.Length >= FullBuffer)
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_rows == _rowsOfSheet)
        {
            await EndSheetAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_sheet is not null)
        {
            await EndSheetAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach ((string name, string content) in XlsxParts.Of(_title, _sheets))
        {
            using StreamWriter part = new(_archive.CreateEntry(name, CompressionLevel.Fastest).Open());
            await part.WriteAsync(content.AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        _archive.Dispose(); // writes the directory of the archive
    }

    public ValueTask DisposeAsync()
    {
        _sheet?.Dispose();
        _archive.Dispose();
        return default;
    }

    private void BeginSheet()
    {
        _sheet = _archive.CreateEntry(XlsxParts.Sheet(++_sheets), CompressionLevel.Fastest).Open();
        _rows = 0;
        _text.Append(XlsxParts.SheetHead);
        foreach (ExportColumn column in _columns)
        {
            Text(column.Name);
        }

        EndRow();
    }

    private async ValueTask EndSheetAsync(CancellationToken cancellationToken)
    {
        _text.Append(XlsxParts.SheetFoot);
        await WriteAsync(cancellationToken).ConfigureAwait(false);
        await _sheet!.DisposeAsync().ConfigureAwait(false);
        _sheet = null;
    }

    private async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        await _sheet!.WriteAsync(Encoding.UTF8.GetBytes(_text.ToString()), cancellationToken).ConfigureAwait(false);
        _text.Clear();
    }

    private void BeginCell()
    {
        if (_sheet is null)
        {
            BeginSheet();
        }

        if (!_isInRow)
        {
            _text.Append("<row>");
            _isInRow = true;
        }
    }

    private void EndRow()
    {
        _text.Append("</row>");
        _isInRow = false;
        _rows++;
    }

    private void Empty()
    {
        BeginCell();
        _text.Append("<c/>");
    }

    /// <summary>Days since the epoch of Excel, as a moment or date. Excel has none before 1900.</summary>
    private void Serial(double? days, int style)
    {
        if (days is not (>= 0 and { } known))
        {
            Empty();
            return;
        }

        BeginCell();
        _text.Append(CultureInfo.InvariantCulture, $"""<c s="{style}"><v>{known:R}</v></c>""");
    }

    private void Number<T>(T? value, string format)
        where T : struct, IFormattable
    {
        if (value is not { } known)
        {
            Empty();
            return;
        }

        BeginCell();
        _text.Append("<c><v>").Append(known.ToString(format, CultureInfo.InvariantCulture)).Append("</v></c>");
    }
}
