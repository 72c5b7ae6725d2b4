namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>
/// Runs a blocking call on a thread of its own. Once a socket has waited asynchronously, everything that arrives at it wakes a thread of the platform, and
/// that one wakes a thread of the pool, even if nobody waits there. A socket that only ever blocks avoids this.
/// </summary>
internal static class BlockingCall
{
    /// <summary>Runs the call. Cancellation ends it by disposing of what it blocks on.</summary>
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
