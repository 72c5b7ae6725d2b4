using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Standard output as it is, without a buffer. Unlike the console's own stream, it says when the reader of a pipe is gone.</summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32; // EPIPE

    /// <summary>Opens it. Writing throws <see cref="IOException"/> where nobody reads any more.</summary>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        FileStream pipe = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // In a file this stream would keep a place of its own, and write over what standard error writes to the same file.
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    /// <summary>Whether an error says that nobody reads any more, rather than that a disk is full.</summary>
    public static bool IsReaderGone(IOException error) => OperatingSystem.IsWindows() || error.HResult == BrokenPipe;
}
