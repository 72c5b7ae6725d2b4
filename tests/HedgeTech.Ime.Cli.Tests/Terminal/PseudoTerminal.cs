using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>A Linux pseudo-terminal with a screen. The screen shows what a program writes to <see cref="Path"/>, and the program can read typed text from there.</summary>
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

    /// <summary>The reason why this machine has no pseudo-terminal, or null if it has one.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "These tests run the tool in a Linux pseudo-terminal."
        : !File.Exists("/usr/bin/setsid") && !File.Exists("/bin/setsid") ? "These tests start the tool with setsid from util-linux, which is not installed."
        : null;

    /// <summary>The path with which a program opens the terminal.</summary>
    public string Path { get; }

    public VtScreen Screen { get; }

    /// <summary>Completes at the next output of the program.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Changes the size. The system notifies the foreground program.</summary>
    public void Resize(int width, int height)
    {
        Screen.Resize(width, height);
        SetSize(width, height);
    }

    /// <summary>Types a text. Special keys are given as their escape sequences.</summary>
    public void Type(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (Write(_master, bytes, (nuint)bytes.Length) != bytes.Length)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Closes the terminal as a closed window does. The system sends a hang-up signal to its programs.</summary>
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
            // Polls, because a blocking read would keep the terminal open after Dispose.
            if (WaitFor(ref poll, 1, PollMilliseconds) <= 0)
            {
                continue;
            }

            nint count = Read(_master, bytes, (nuint)bytes.Length);
            if (count <= 0)
            {
                return; // the last program that had the terminal open has ended
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

    // ioctl is variadic in C. On Linux x64 and Arm64, a call is the same as that of a function with fixed arguments.
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

    /// <summary>Constants from <c>asm-generic/ioctls.h</c>.</summary>
    private static class Request
    {
        public const nuint GetNumber = 0x80045430; // TIOCGPTN
        public const nuint Unlock = 0x40045431; // TIOCSPTLCK
        public const nuint SetSize = 0x5414; // TIOCSWINSZ
    }

    [StructLayout(LayoutKind.Sequential)]
    [SuppressMessage("Performance", "CA1823:Avoid unused private fields", Justification = "The system defines the layout.")]
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
