using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>The bytes of a segment that is not compressed; it may still be written to.</summary>
internal sealed class PlainInput : SegmentInput
{
    private readonly SafeFileHandle _file;
    private readonly long _start;
    private readonly long _end;
    private long _position;

    /// <param name="path">The file.</param>
    /// <param name="start">Where reading begins.</param>
    /// <param name="end">Where it ends, if the file does not end before.</param>
    public PlainInput(string path, long start = 0, long end = long.MaxValue)
    {
        _file = Open(path);
        _start = start;
        _end = end;
        _position = start;
    }

    /// <summary>Opens a file of a recording to read. The writer may append to it, and retention may delete it meanwhile.</summary>
    public static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public override int Read(Span<byte> destination)
    {
        int read = RandomAccess.Read(_file, destination[..(int)Math.Min(destination.Length, Math.Max(0, _end - _position))], _position);
        _position += read;
        return read;
    }

    public override long PlaceOf(long position) => _start + position;

    public override bool TryReturn(long position)
    {
        _position = _start + position;
        return true;
    }

    public override void Dispose() => _file.Dispose();
}
