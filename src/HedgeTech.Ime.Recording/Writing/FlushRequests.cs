namespace HedgeTech.Ime.Recording.Writing;

/// <summary>Callers that wait until everything they have added is on the disk. Thread-safe.</summary>
internal sealed class FlushRequests
{
    private readonly Lock _gate = new();
    private List<TaskCompletionSource> _waiting = [];
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0;
            }
        }
    }

    /// <summary>Adds a caller. Null after <see cref="Close"/>.</summary>
    public Task? TryAdd()
    {
        TaskCompletionSource request = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isClosed)
            {
                return null;
            }

            _waiting.Add(request);
        }

        return request.Task;
    }

    /// <summary>Removes all callers, whom the caller of this method answers from then on.</summary>
    public List<TaskCompletionSource> TakeAll()
    {
        lock (_gate)
        {
            List<TaskCompletionSource> taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    /// <summary>Takes no more callers, and cancels those that still wait.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        TakeAll().ForEach(static request => request.TrySetCanceled());
    }
}
