using System.Buffers;
using System.Globalization;
using System.Text;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Recording.Export;

/// <summary>Writes rows as CSV according to RFC 4180, in UTF-8 with a byte-order mark, by which Excel knows Persian. Times are those of Tehran, with the offset.</summary>
internal sealed class CsvRows : IRowWriter
{
    private const int FullBuffer = 64 * 1024;
    private static readonly SearchValues<char> Quotable = SearchValues.Create("\",\r\n");

    private readonly Stream _file;
    private readonly ArrayBufferWriter<byte> _text = new(FullBuffer + 4096);
    private bool _isFirst = true;

    public CsvRows(IReadOnlyList<ExportColumn> columns, Stream file)
    {
        _file = file;
        _text.Write(Encoding.UTF8.Preamble);
        foreach (ExportColumn column in columns)
        {
            Text(column.Name);
        }

        _text.Write("\r\n"u8);
        _isFirst = true;
    }

    public void Text(string? value)
    {
        Separate();
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        // A spreadsheet takes a text that begins so for a formula, and runs it. One that begins with an apostrophe gets another one, so that a reader can remove the first of any.
        string safe = value[0] is '=' or '+' or '-' or '@' or '\'' or '\t' or '\r' or '\n' ? "'" + value : value;
        string written = safe.AsSpan().ContainsAny(Quotable) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
        Encoding.UTF8.GetBytes(written, _text);
    }

    public void Moment(DateTimeOffset? value)
    {
        Separate();
        DateTimeOffset? local = value is { UtcDateTime.Year: < 9999 } moment ? moment.ToOffset(Tehran.Offset) : null;
        Format(local, "yyyy-MM-dd'T'HH:mm:ss.ffffffzzz");
    }

    public void Date(DateOnly? value)
    {
        Separate();
        Format(value, "yyyy-MM-dd");
    }

    public void Time(TimeOnly? value)
    {
        Separate();
        Format(value, "HH:mm:ss.FFFFFF");
    }

    public void Whole(long? value)
    {
        Separate();
        Format(value, "");
    }

    public void Price(decimal? value)
    {
        Separate();
        Format(value, "0.############################");
    }

    public void Flag(bool value)
    {
        Separate();
        _text.Write(value ? "true"u8 : "false"u8);
    }

    public async ValueTask EndRowAsync(CancellationToken cancellationToken)
    {
        _text.Write("\r\n"u8);
        _isFirst = true;
        if (_text.WrittenCount >= FullBuffer)
        {
            await CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await _file.WriteAsync(_text.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _text.ResetWrittenCount();
    }

    public ValueTask DisposeAsync() => default;

    private void Separate()
    {
        if (!_isFirst)
        {
            _text.Write(","u8);
        }

        _isFirst = false;
    }

    private void Format<T>(T? value, string format)
        where T : struct, IUtf8SpanFormattable
    {
        if (value is { } known)
        {
            Span<byte> room = _text.GetSpan(64);
            known.TryFormat(room, out int length, format, CultureInfo.InvariantCulture);
            _text.Advance(length);
        }
    }
}
