using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Turns Ctrl+C and the system's wish to end the process into a cancelled token, so that everything ends in its order and the terminal is left sane.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    public Interruption()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    /// <summary>Cancelled at the first signal; a second one ends the process at once, as if nobody had asked for the first.</summary>
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
            return;
        }

        context.Cancel = true;
        ExitCode = context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        _stop.Cancel();
    }
}
