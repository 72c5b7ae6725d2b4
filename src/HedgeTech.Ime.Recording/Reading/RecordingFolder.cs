using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>The segments in a folder.</summary>
internal static class RecordingFolder
{
    /// <summary>The file that the writer holds locked.</summary>
    public const string LockFile = ".lock";

    /// <summary>The file that names the writer.</summary>
    public const string OwnerFile = ".owner";

    /// <summary>Throws if there is no recording in the folder.</summary>
    public static void RequireRecording(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist.");
        }

        if (!AllFiles(folder).Any())
        {
            throw NoRecording(folder);
        }
    }

    public static FileNotFoundException NoRecording(string folder) => new($"The folder '{folder}' does not contain a recording.");

    /// <summary>Whether a recorder writes to the folder now.</summary>
    public static bool IsBeingWritten(string folder)
    {
        string path = Path.Combine(folder, LockFile);
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using FileStream probe = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException failure)
        {
            return IsSharingViolation(failure);
        }
    }

    /// <summary>Whether a file could not be opened because another handle has it locked.</summary>
    public static bool IsSharingViolation(IOException failure) => failure.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) // Windows
        or 11 or 35; // EAGAIN of Linux, of macOS and the BSDs

    public static string DateFolder(DateTimeOffset time) => time.ToOffset(RecordHeader.UsualOffset).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The folders of dates. Others, such as <c>lost+found</c> of a disk or a copy that someone made, are no part of the recording.</summary>
    public static IEnumerable<string> DateFolders(string folder) => Directory.EnumerateDirectories(folder)
        .Where(static path => DateOnly.TryParseExact(Path.GetFileName(path), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _));

    /// <summary>
    /// The segments of a recording in their order. Of one that is there plain and compressed, the compressed file if that has an index, which tells what the segment holds. Whether the
    /// rest of it is intact, <see cref="SegmentCursor"/> finds out.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static IReadOnlyList<SegmentFile> List(string folder) =>
    [
        .. AllFiles(folder)
            .GroupBy(static file => file.Name)
            .OrderBy(static files => files.Key)
            .Select(static files => files.Count() > 1 && files.FirstOrDefault(static file => file.IsSealed) is { } compressed && HasIndex(compressed) ? compressed : files.OrderBy(static file => file.IsSealed).First()),
    ];

    /// <summary>Reads a segment that its recorder may compress or delete at any moment: from its other file if the listed one is gone, or cannot be opened.</summary>
    /// <param name="segment">The segment as it was listed.</param>
    /// <param name="read">Reads one of its files.</param>
    /// <param name="ifGone">What to return if both files are gone.</param>
    public static T Read<T>(SegmentFile segment, Func<SegmentFile, T> read, T ifGone)
    {
        SegmentFile other = segment with { IsSealed = !segment.IsSealed };
        foreach (SegmentFile file in (ReadOnlySpan<SegmentFile>)[segment, other])
        {
            try
            {
                return read(file);
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                // The other file may be there.
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException && file == segment && File.Exists(other.FullPath))
            {
                // The other file may be readable.
            }
        }

        return ifGone;
    }

    /// <summary>Every file that holds a segment; a segment may have two.</summary>
    public static IEnumerable<SegmentFile> AllFiles(string folder)
    {
        foreach (string date in DateFolders(folder))
        {
            foreach (string path in Directory.EnumerateFiles(date, $"*{SegmentName.Plain}*"))
            {
                bool isSealed = path.EndsWith(SegmentName.Sealed, StringComparison.Ordinal);
                string file = Path.GetFileName(path);
                if ((isSealed || file.EndsWith(SegmentName.Plain, StringComparison.Ordinal))
                    && SegmentName.TryParse(file.AsSpan(0, file.Length - (isSealed ? SegmentName.Sealed : SegmentName.Plain).Length), out SegmentName name))
                {
                    yield return new SegmentFile(folder, Path.GetFileName(date), name, isSealed);
                }
            }
        }
    }

    private static bool HasIndex(SegmentFile compressed) => Read(compressed, static file => file.IsSealed && file.ReadIndex() is not null, ifGone: false);
}
