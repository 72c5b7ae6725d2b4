namespace HedgeTech.Ime.Testing.Records;

/// <summary>Records the requests to the simulator, and completes waits for a condition on them. Thread-safe.</summary>
/// <param name="most">How many of the newest logins and of the newest handshakes to keep; null for all.</param>
internal sealed class Recorder(int? most)
{
    private readonly Lock _gate = new();
    private readonly List<LoginRecord> _logins = [];
    private readonly List<HandshakeRecord> _handshakes = [];
    private readonly List<SimulatorConnection> _live = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waiting = [];

    // Cached copies of the lists, made when they are next requested, because conditions read them after every batch of messages.
    private LoginRecord[]? _loginsNow;
    private HandshakeRecord[]? _handshakesNow;
    private SimulatorConnection[]? _liveNow;
    private int _connections;

    public IReadOnlyList<LoginRecord> Logins
    {
        get
        {
            lock (_gate)
            {
                return _loginsNow ??= [.. _logins];
            }
        }
    }

    public IReadOnlyList<HandshakeRecord> Handshakes
    {
        get
        {
            lock (_gate)
            {
                return _handshakesNow ??= [.. _handshakes];
            }
        }
    }

    public IReadOnlyList<SimulatorConnection> Live
    {
        get
        {
            lock (_gate)
            {
                return _liveNow ??= [.. _live];
            }
        }
    }

    public int NextConnectionNumber() => Interlocked.Increment(ref _connections);

    public void Add(LoginRecord login)
    {
        lock (_gate)
        {
            Keep(_logins, login);
            _loginsNow = null;
        }

        Pulse();
    }

    public void Add(HandshakeRecord handshake)
    {
        lock (_gate)
        {
            Keep(_handshakes, handshake);
            _handshakesNow = null;
            if (handshake.Connection is { } connection)
            {
                connection.Belong(handshake);
                _live.Add(connection);
                _liveNow = null;
            }
        }

        Pulse();
    }

    public void Ended(SimulatorConnection connection)
    {
        lock (_gate)
        {
            _live.Remove(connection);
            _liveNow = null;
        }

        connection.Over();
        Pulse();
    }

    /// <summary>Checks whether a waiting condition is now met.</summary>
    public void Pulse()
    {
        (Func<bool> Condition, TaskCompletionSource Done)[] waiting;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            waiting = [.. _waiting];
        }

        foreach ((Func<bool> condition, TaskCompletionSource done) in waiting)
        {
            Try(condition, done);
        }
    }

    /// <summary>Completes when the condition holds. It is checked now and after each change.</summary>
    public async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((condition, done));
        }

        try
        {
            Try(condition, done);
            await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove((condition, done));
            }
        }
    }

    private void Keep<T>(List<T> records, T record)
    {
        records.Add(record);
        if (records.Count > most)
        {
            records.RemoveAt(0);
        }
    }

    private static void Try(Func<bool> condition, TaskCompletionSource done)
    {
        try
        {
            if (!done.Task.IsCompleted && condition())
            {
                done.TrySetResult();
            }
        }
        catch (Exception failure) when (done.TrySetException(failure))
        {
            // The user's condition threw. The exception goes to the caller that waits, not to the connection that changed something.
        }
    }
}
