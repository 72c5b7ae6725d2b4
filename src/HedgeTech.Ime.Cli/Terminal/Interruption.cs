using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Turns Ctrl+C and the system's signals to end the process into a cancelled token, so that everything ends in order and the terminal is restored.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3); // an enumeration of the library ends within two seconds

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private long _stoppedAt;

    public Interruption()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    /// <summary>Cancelled by the first signal. A later signal, when the process has had enough time to end, ends it at once.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of the process if <see cref="Token"/> was cancelled.</summary>
    public ExitCode ExitCode { get; private set; } = ExitCode.Interrupted;

    public void Dispose()
    {
        _signals.ForEach(static signal => signal.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
        {
            context.Cancel = TimeProvider.System.GetElapsedTime(_stoppedAt) < Patience;
            return;
        }

        context.Cancel = true;
        _stoppedAt = TimeProvider.System.GetTimestamp();
        ExitCode = context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        _stop.Cancel();
    }
}
