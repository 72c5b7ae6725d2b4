using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>What a crash has left behind the last whole record of a segment. The next writer cuts it off, and keeps it in a file beside.</summary>
internal static class TornTail
{
    /// <summary>Cuts it off. Called under the lock of the folder.</summary>
    /// <param name="segment">A plain segment.</param>
    /// <returns>How many bytes were cut off.</returns>
    public static long Cut(SegmentFile segment)
    {
        if (segment.SummarizePlain().Tail is not { } tail || (tail.Offset == 0 && !IsFirstRecordTorn(segment)))
        {
            return 0;
        }

        byte[] torn = new byte[tail.Length];
        using SafeFileHandle file = File.OpenHandle(segment.FullPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        int read = RandomAccess.Read(file, torn, tail.Offset);
        string beside = Path.ChangeExtension(segment.FullPath, null) + SegmentName.Torn;
        using (SafeFileHandle kept = File.OpenHandle(beside, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            RandomAccess.Write(kept, torn.AsSpan(0, read), 0);
            RandomAccess.FlushToDisk(kept);
        }

        FolderFlush.Flush(Path.GetDirectoryName(beside)!);
        RandomAccess.SetLength(file, tail.Offset);
        RandomAccess.FlushToDisk(file);
        return tail.Length;
    }

    /// <summary>Whether the file ends within its first record. If it does not, and no record can be read, it was damaged later, and must not be cut.</summary>
    private static bool IsFirstRecordTorn(SegmentFile segment)
    {
        byte[] header = new byte[RecordHeader.Size];
        using SafeFileHandle file = PlainInput.Open(segment.FullPath);
        return RandomAccess.Read(file, header, 0) < header.Length
            || (RecordHeader.Read(header) is { Kind: RecordKind.Begin, Length: > 0 and <= RecordHeader.MaxLength } begin && RandomAccess.GetLength(file) < header.Length + begin.Length);
    }
}
