using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Leaves the screen when the process ends by itself or is stopped by Ctrl+Z, and comes back to it when it goes on.</summary>
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

    // The runtime does not stop a process that listens to this signal, so it is stopped here, once the screen is left.
    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        _leave();
        int stop = OperatingSystem.IsLinux() ? 19 : 17; // SIGSTOP
        _ = Kill(Environment.ProcessId, stop);
    }
}
