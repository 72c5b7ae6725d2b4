namespace HedgeTech.Ime.Hosting.Board;

/// <summary>Calls a user's function for each change, until it is disposed of.</summary>
internal sealed class BoardWatch : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when no more calls are wanted.</summary>
    public CancellationToken Stopping => _stopping.Token;

    // Cancelled and not disposed of: without a timer or a wait handle there is nothing to free, and it may still be looked at.
    public void Dispose() => _stopping.Cancel();
}
