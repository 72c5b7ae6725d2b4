using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>Deletes the oldest segments of a recording that exceeds its limits, but never the newest one.</summary>
internal static class Retention
{
    /// <summary>Deletes the segments that are too old or too many.</summary>
    /// <param name="folder">The folder of the recording.</param>
    /// <param name="options">How long, and how much, to keep.</param>
    /// <param name="now">The time.</param>
    /// <param name="onDeleted">Called for each deleted segment, with the reason.</param>
    public static void Apply(string folder, RecordingOptions options, DateTimeOffset now, Action<SegmentFile, string> onDeleted)
    {
        SegmentFile[][] segments = [.. RecordingFolder.AllFiles(folder).GroupBy(static file => file.Name).OrderBy(static files => files.Key).Select(static files => files.ToArray())];
        long kept = options.RetainBytes is null ? 0 : segments.Sum(LengthOf);
        for (int index = 0; index < segments.Length - 1; index++)
        {
            // A segment has ended when the next one begins.
            bool isTooOld = options.RetainFor is { } retained && now - segments[index + 1][0].Name.BeganAt > retained;
            bool isTooMuch = options.RetainBytes is { } bytes && kept > bytes;
            if (!isTooOld && !isTooMuch)
            {
                return;
            }

            kept -= options.RetainBytes is null ? 0 : LengthOf(segments[index]);
            foreach (SegmentFile file in segments[index])
            {
                Delete(file);
                onDeleted(file, isTooOld ? "it is older than RetainFor" : "the recording is larger than RetainBytes");
            }
        }
    }

    /// <summary>Deletes the plain form of a segment, or the compressed one.</summary>
    public static void Delete(SegmentFile file)
    {
        File.Delete(file.FullPath);
        string date = Path.GetDirectoryName(file.FullPath)!;
        File.Delete(Path.Combine(date, file.Name + SegmentName.Torn));
        if (!Directory.EnumerateFileSystemEntries(date).Any())
        {
            Directory.Delete(date);
        }
    }

    private static long LengthOf(SegmentFile[] files) => files.Sum(static file => new FileInfo(file.FullPath) is { Exists: true } info ? info.Length : 0);
}
