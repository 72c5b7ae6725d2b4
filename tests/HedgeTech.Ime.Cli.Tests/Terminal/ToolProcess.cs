using System.Diagnostics;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>The tool as a process that does not outlive its test, even one that fails.</summary>
internal sealed class ToolProcess : Process
{
    private bool _isDisposed;

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            Kill(); // does nothing if it has ended
            WaitForExit();
        }

        base.Dispose(disposing);
    }
}
