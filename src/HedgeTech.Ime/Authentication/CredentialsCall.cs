namespace HedgeTech.Ime.Authentication;

/// <summary>
/// Asks the credentials function, and waits no longer than a login may take. The function is foreign code: it may ignore its token, or block its thread.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class CredentialsCall(Func<CancellationToken, ValueTask<ImeCredentials>> credentials, TimeSpan timeout, TimeProvider time)
{
    /// <summary>The most calls that may block at once: each holds a thread until it returns.</summary>
    private const int MostBlocked = 4;

    private int _blocked;

    /// <summary>A user name and a password.</summary>
    /// <exception cref="ImeAuthenticationException">The function failed, or gave none in time (both transient), or gave blanks (final).</exception>
    /// <exception cref="ImeException">The function threw it.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal async Task<(string Username, string Password)> AskAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        ImeCredentials? given;
        try
        {
            given = await Call(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not ImeException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw late.IsCancellationRequested
                ? Transient(FormattableString.Invariant($"The credentials function gave nothing within {timeout.TotalSeconds:0.###} s, so there was nothing to log in with. Check what it waits for, or allow more time by Authentication.Timeout."), failure)
                : Transient("The credentials function failed, so there was nothing to log in with; see the inner exception.", failure);
        }

        if (string.IsNullOrWhiteSpace(given?.Username) || string.IsNullOrWhiteSpace(given.Password))
        {
            throw new ImeAuthenticationException("The credentials function gave no user name or no password; both must be there.", isTransient: false);
        }

        return (given.Username, given.Password);
    }

    private Task<ImeCredentials> Call(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _blocked) >= MostBlocked)
        {
            throw Transient($"The credentials function is not called again while {MostBlocked} calls of it block their threads, so there was nothing to log in with. Check what it waits for.", inner: null);
        }

        // On a thread of its own, as it may never give that back.
        Interlocked.Increment(ref _blocked);
        Task<ImeCredentials> call = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return credentials(cancellationToken).AsTask();
                }
                finally
                {
                    Interlocked.Decrement(ref _blocked);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).Unwrap();

        // What a call throws after it was given up is nobody's business any more.
        _ = call.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return call;
    }

    private static ImeAuthenticationException Transient(string message, Exception? inner) => new(message, isTransient: true, innerException: inner);
}
