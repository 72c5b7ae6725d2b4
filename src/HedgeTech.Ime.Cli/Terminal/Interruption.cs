using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Turns Ctrl+C and the system's wish to end the process into a cancelled token, so that everything ends in its order and the terminal is left sane.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3); // an enumeration of the library ends within two

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

    /// <summary>Cancelled at the first signal. One that comes when there was time enough to end ends the process at once.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What the process ends with when <see cref="Token"/> was cancelled.</summary>
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
