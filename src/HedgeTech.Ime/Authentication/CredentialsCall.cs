namespace HedgeTech.Ime.Authentication;

/// <summary>
/// Calls the credentials function and waits at most as long as a login may take. The function is the user's code: it may ignore its cancellation token, or block its thread.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class CredentialsCall(Func<CancellationToken, ValueTask<ImeCredentials>> credentials, TimeSpan timeout, TimeProvider time)
{
    /// <summary>How many calls may block at the same time. Each of them occupies a thread until it returns.</summary>
    private const int MostBlocked = 4;

    private int _blocked;

    /// <summary>Gets a user name and a password.</summary>
    /// <exception cref="ImeAuthenticationException">The function failed or did not return in time (both transient), or returned a blank value (final).</exception>
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
                ? Transient(FormattableString.Invariant($"The credentials function did not return within {timeout.TotalSeconds:0.###} s, so the client could not log in. Check what the function waits for, or allow more time with Authentication.Timeout."), failure)
                : Transient("The credentials function failed, so the client could not log in. See the inner exception.", failure);
        }

        if (string.IsNullOrWhiteSpace(given?.Username) || string.IsNullOrWhiteSpace(given.Password))
        {
            throw new ImeAuthenticationException("The credentials function returned a blank user name or password. A login needs both.", isTransient: false);
        }

        return (given.Username, given.Password);
    }

    private Task<ImeCredentials> Call(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _blocked) >= MostBlocked)
        {
            throw Transient($"The credentials function is not called again while {MostBlocked} calls of it block their threads, so the client could not log in. Check what the function waits for.", inner: null);
        }

        // On a separate thread, because the function may never return.
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

        // Nobody waits for an abandoned call, so its exception is observed here and ignored.
        _ = call.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return call;
    }

    private static ImeAuthenticationException Transient(string message, Exception? inner) => new(message, isTransient: true, innerException: inner);
}
