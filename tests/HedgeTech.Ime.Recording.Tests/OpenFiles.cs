using System.Globalization;
using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>The files that this process has open. Linux only: other systems do not list them.</summary>
internal static class OpenFiles
{
    /// <summary>Skips a test where open files are not listed.</summary>
    public static void Require() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lists the open files of a process.");

    /// <summary>The files in a folder, also those that have been deleted since.</summary>
    public static IReadOnlyList<string> In(string folder) => [.. All().Where(one => one.Path.StartsWith(folder, StringComparison.Ordinal)).Select(static one => one.Path)];

    /// <summary>Makes each further read of a file that is open fail, as a bad sector does.</summary>
    public static void FailReads(string path)
    {
        int[] open = [.. All().Where(one => one.Path == path).Select(static one => one.Number)];
        using FileStream writable = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        foreach (int number in open)
        {
            Replace((int)writable.SafeFileHandle.DangerousGetHandle(), number).Should().Be(number);
        }
    }

    private static IEnumerable<(int Number, string Path)> All()
    {
        foreach (string link in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            string? target;
            try
            {
                target = new FileInfo(link).LinkTarget;
            }
            catch (IOException)
            {
                continue; // closed by another test meanwhile
            }

            if (target is not null)
            {
                yield return (int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture), target);
            }
        }
    }

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Replace(int by, int number);
}
