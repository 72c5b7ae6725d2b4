namespace HedgeTech.Ime.Connection;

/// <summary>
/// Runs a call that blocks on a thread of its own: once a socket has waited asynchronously, whatever arrives at it wakes a thread of the platform, and that
/// one of the pool, though nobody waits there.
/// </summary>
internal static class BlockingCall
{
    /// <summary>Runs the call; cancellation ends it by disposing of what it blocks on.</summary>
    /// <exception cref="OperationCanceledException">The call failed after <paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<T> RunAsync<T>(Func<T> call, IDisposable blocking, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration ending = cancellationToken.UnsafeRegister(static blocking => ((IDisposable)blocking!).Dispose(), blocking);
        try
        {
            return await Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (Exception failure) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(failure.Message, failure, cancellationToken);
        }
    }
}
