using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Leaves the screen when the process exits or is suspended by Ctrl+Z, and returns to it when the process continues.</summary>
internal sealed class ScreenSignals : IDisposable
{
    private readonly Action _leave;
    private readonly List<PosixSignalRegistration> _registrations = [];

    public ScreenSignals(Action enter, Action leave)
    {
        _leave = leave;
        AppDomain.CurrentDomain.ProcessExit += OnEnd;
        AppDomain.CurrentDomain.UnhandledException += OnEnd;
        if (!OperatingSystem.IsWindows())
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, OnStop));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => enter()));
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        _registrations.ForEach(static registration => registration.Dispose());
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private void OnEnd(object? sender, EventArgs end) => _leave();

    // The runtime does not suspend a process that handles this signal, so this code does, after it has left the screen.
    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        _leave();
        int stop = OperatingSystem.IsLinux() ? 19 : 17; // SIGSTOP
        _ = Kill(Environment.ProcessId, stop);
    }
}
