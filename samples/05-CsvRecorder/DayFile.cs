using System.Globalization;
using System.Text;

namespace CsvRecorder;

/// <summary>The file of one day, open for appending. Regardless of how the last recorder ended, the file contains only complete lines, and each state of a contract once.</summary>
internal sealed class DayFile : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly FileStream _stream;
    private readonly StreamWriter _writer;
    private readonly Dictionary<string, string> _lastOf = [];

    private DayFile(FileStream stream)
    {
        _stream = stream;
        _writer = new StreamWriter(stream, Utf8, bufferSize: 65536) { NewLine = CsvLine.End };
    }

    /// <summary>Opens the file of a day, or creates it.</summary>
    /// <exception cref="IOException">The file cannot be opened, or has other columns.</exception>
    public static DayFile Open(string folder, DateOnly day)
    {
        string path = Path.Combine(folder, $"ime-{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.csv");

        FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1);
        try
        {
            CutTornLine(stream);
            DayFile file = new(stream);
            file.ReadAgain(path);
            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Appends a line, unless it has the same state as the last line of its contract.</summary>
    public void Append(CsvLine line)
    {
        if (line.IsState && _lastOf.TryGetValue(line.Contract, out string? last) && last == line.Rest)
        {
            return;
        }

        if (line.IsState)
        {
            _lastOf[line.Contract] = line.Rest;
        }

        _writer.WriteLine(line.Text);
    }

    /// <summary>Passes everything to the operating system, which keeps it even if this process is killed.</summary>
    public void Flush() => _writer.Flush();

    public void Dispose() => _writer.Dispose();

    // A killed recorder or a full disk may have left an incomplete line. Complete lines contain no line breaks.
    private static void CutTornLine(FileStream stream)
    {
        long end = stream.Length;
        while (end > 0)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n')
            {
                break;
            }

            end--;
        }

        stream.SetLength(end);
    }

    private void ReadAgain(string path)
    {
        _stream.Position = 0;
        using StreamReader reader = new(_stream, Utf8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        string? header = reader.ReadLine();
        if (header is not null && header != CsvLine.Header)
        {
            throw new IOException($"{path} has other columns than this recorder writes. Move it away.");
        }

        while (reader.ReadLine() is { } text)
        {
            CsvLine line = CsvLine.Parse(text);
            if (line.IsState)
            {
                _lastOf[line.Contract] = line.Rest;
            }
        }

        _stream.Position = _stream.Length;
        if (header is null)
        {
            _writer.WriteLine(CsvLine.Header);
        }
    }
}
