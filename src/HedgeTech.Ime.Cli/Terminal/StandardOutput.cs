using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Standard output without a buffer. Unlike the console's stream, it reports that the reader of a pipe has closed it.</summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32; // EPIPE

    /// <summary>Opens the stream. Writing throws an <see cref="IOException"/> when nobody reads any more.</summary>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        FileStream pipe = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // For a file, this stream would keep its own position and overwrite what standard error writes to the same file.
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    /// <summary>Writes to the stream. Returns false if the reader of the pipe has closed it, such as <c>head</c>.</summary>
    /// <exception cref="ToolException">It cannot be written for another reason.</exception>
    public static bool TryWrite(Stream output, ReadOnlySpan<byte> text)
    {
        try
        {
            output.Write(text);
            return true;
        }
        catch (IOException gone) when (IsReaderGone(gone))
        {
            return false;
        }
        catch (IOException failure)
        {
            throw new ToolException(ExitCode.Failure, $"Standard output cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Whether an error means that nobody reads any more, and not, for example, that a disk is full.</summary>
    private static bool IsReaderGone(IOException error) => OperatingSystem.IsWindows() || error.HResult == BrokenPipe;
}
