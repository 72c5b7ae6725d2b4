namespace HedgeTech.Ime.Recording.Tests;

/// <summary>A folder that exists for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ime-recording-").FullName;

    /// <summary>The files of the segments, plain or compressed, in order.</summary>
    public string[] Segments => [.. Directory.EnumerateFiles(Path, "*.imerec*", SearchOption.AllDirectories).OrderBy(System.IO.Path.GetFileName, StringComparer.Ordinal)];

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
