using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>A pseudo-terminal of Linux with a screen: what a program writes to <see cref="Path"/> is shown, and it can read there what is typed here.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const int PollMilliseconds = 100;
    private const short Readable = 1;
    private readonly SafeFileHandle _master;
    private readonly Thread _reader;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDisposed;

    public PseudoTerminal(int width, int height)
    {
        _master = File.OpenHandle("/dev/ptmx", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Screen = new VtScreen(width, height, Type);
        int unlocked = 0;
        Check(Unlock(_master, Request.Unlock, ref unlocked));
        int number = 0;
        Check(GetNumber(_master, Request.GetNumber, ref number));
        Path = string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{number}");
        SetSize(width, height);
        _reader = new Thread(Read) { IsBackground = true, Name = "pseudo-terminal" };
        _reader.Start();
    }

    /// <summary>Why this machine has none; null where it has.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "These tests drive the tool in a pseudo-terminal of Linux."
        : !File.Exists("/usr/bin/setsid") && !File.Exists("/bin/setsid") ? "These tests start the tool with setsid, of util-linux, which is missing."
        : null;

    /// <summary>The terminal, as a program opens it.</summary>
    public string Path { get; }

    public VtScreen Screen { get; }

    /// <summary>Completes when the program writes next.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Changes the size; the system tells it to the program that is in front.</summary>
    public void Resize(int width, int height)
    {
        Screen.Resize(width, height);
        SetSize(width, height);
    }

    /// <summary>Types a text, keys as their sequences.</summary>
    public void Type(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (Write(_master, bytes, (nuint)bytes.Length) != bytes.Length)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Closes the terminal like a window: the system sends a hang-up signal to its users.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _reader.Join();
        _master.Dispose();
    }

    private void Read()
    {
        byte[] bytes = new byte[64 * 1024];
        Poll poll = new() { Descriptor = (int)_master.DangerousGetHandle(), Events = Readable };
        while (!_isDisposed)
        {
            // A read that waits would keep the terminal open when it is closed.
            if (WaitFor(ref poll, 1, PollMilliseconds) <= 0)
            {
                continue;
            }

            nint count = Read(_master, bytes, (nuint)bytes.Length);
            if (count <= 0)
            {
                return; // the last program that had it open has ended
            }

            Screen.Write(bytes.AsSpan(0, (int)count));
            TaskCompletionSource changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }

    private void SetSize(int width, int height)
    {
        WindowSize size = new() { Rows = (ushort)height, Columns = (ushort)width };
        Check(SetSize(_master, Request.SetSize, ref size));
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    // A function of several shapes in C; on Linux, x64 and Arm64, each is called as one of fixed arguments is.
    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Unlock(SafeFileHandle terminal, nuint request, ref int value);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int GetNumber(SafeFileHandle terminal, nuint request, ref int value);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int SetSize(SafeFileHandle terminal, nuint request, ref WindowSize value);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(SafeFileHandle terminal, byte[] bytes, nuint count);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(SafeFileHandle terminal, byte[] bytes, nuint count);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int WaitFor(ref Poll poll, nuint count, int milliseconds);

    /// <summary>Of <c>asm-generic/ioctls.h</c>.</summary>
    private static class Request
    {
        public const nuint GetNumber = 0x80045430; // TIOCGPTN
        public const nuint Unlock = 0x40045431; // TIOCSPTLCK
        public const nuint SetSize = 0x5414; // TIOCSWINSZ
    }

    [StructLayout(LayoutKind.Sequential)]
    [SuppressMessage("Performance", "CA1823:Avoid unused private fields", Justification = "The shape is the system's.")]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
