using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>Brings the entries of a folder to the disk: after a loss of power, a file that was flushed is of no use if its name is gone.</summary>
internal static class FolderFlush
{
    /// <summary>Flushes a folder. False where the platform has no such call (Windows keeps the names of flushed files), or it failed: the names are then written when the system writes them.</summary>
    public static bool Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        using SafeFileHandle handle = new(Open(Encoding.UTF8.GetBytes(folder + '\0'), 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return false;
        }

        try
        {
            RandomAccess.FlushToDisk(handle);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open(byte[] path, int flags);
}
