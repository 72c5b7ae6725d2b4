using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>A segment on a disk.</summary>
internal sealed class SegmentFileOnDisk : ISegmentFile
{
    private readonly string _path;
    private readonly SafeFileHandle _file;

    private SegmentFileOnDisk(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    public bool IsThere => File.Exists(_path);

    /// <summary>Makes a file that does not exist yet, and its folder.</summary>
    public static ISegmentFile Create(string path)
    {
        string date = Path.GetDirectoryName(path)!;
        bool isDateNew = !Directory.Exists(date);
        Directory.CreateDirectory(date);
        SegmentFileOnDisk file = new(path);
        FolderFlush.Flush(date);
        if (isDateNew)
        {
            FolderFlush.Flush(Path.GetDirectoryName(date)!);
        }

        return file;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_file, bytes, offset);

    public void SetLength(long length) => RandomAccess.SetLength(_file, length);

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();
}
