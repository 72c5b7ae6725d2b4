namespace HedgeTech.Ime.Tests.Architecture;

/// <summary>The files of the repository that contains these tests.</summary>
internal static class Repository
{
    /// <summary>The folder that contains the solution. The search starts where the tests run, because a deterministic build replaces the paths that the compiler reports.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Returns the text of every C# file below some folders, without generated files. The key is the path from <see cref="Root"/>, with '/'.</summary>
    public static IReadOnlyDictionary<string, string> CSharpFiles(params string[] folders) =>
        Files("*.cs", folders).ToDictionary(static path => path, static path => File.ReadAllText(Path.Combine(Root, path)));

    /// <summary>Returns the paths of the files below some folders, without build output. Each path starts at <see cref="Root"/> and uses '/'.</summary>
    public static IEnumerable<string> Files(string pattern, params string[] folders) =>
        from folder in folders
        let full = Path.Combine(Root, folder)
        where Directory.Exists(full)
        from file in Directory.EnumerateFiles(full, pattern, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Split('/').Any(static part => part is "bin" or "obj" or "artifacts" or "TestResults")
        orderby path
        select path;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HedgeTech.Ime.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds HedgeTech.Ime.sln.");
    }
}
