using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Damages a file of a recording.</summary>
internal static class DamagedFile
{
    /// <summary>Overwrites a few bytes at a part of the file's length: 0.5 is its middle.</summary>
    public static void Overwrite(string path, double part) => Overwrite(path, (long)(new FileInfo(path).Length * part));

    /// <summary>Overwrites a few bytes at a place.</summary>
    public static void Overwrite(string path, long place)
    {
        using FileStream file = new(path, FileMode.Open);
        file.Position = place;
        file.Write(new byte[20]);
    }

    /// <summary>Cuts the file off in its middle.</summary>
    public static void Truncate(string path) => Truncate(path, new FileInfo(path).Length / 2);

    /// <summary>Cuts the file off at a place.</summary>
    public static void Truncate(string path, long place)
    {
        using FileStream file = new(path, FileMode.Open);
        file.SetLength(place);
    }

    /// <summary>Cuts the last record off an intact plain file.</summary>
    public static void CutLastRecord(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int last = 0;
        for (int at = 0; at < bytes.Length; at += RecordHeader.Size + RecordHeader.Read(bytes.AsSpan(at)).Length)
        {
            last = at;
        }

        Truncate(path, last);
    }
}
