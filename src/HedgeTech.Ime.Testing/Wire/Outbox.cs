namespace HedgeTech.Ime.Testing.Wire;

/// <summary>
/// What waits to be sent on one connection: two batches, one that fills while the other is written. Bounded: the market is not given room beyond
/// <see cref="RoomBytes"/>, so a client that does not read costs half a megabyte and holds up the contracts it asked for. Thread-safe.
/// </summary>
internal sealed class Outbox(bool keepMessages, Action roomFreed, Action<Outbox, long> messageAdded)
{
    private const int RoomBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Signal _filled = new();
    private readonly List<(long Position, TaskCompletionSource<bool> Done)> _waiting = [];
    private Batch _filling = new() { Kept = keepMessages ? [] : null };
    private Batch _spare = new() { Kept = keepMessages ? [] : null };
    private long _position;
    private long _sent;
    private long _messages;
    private bool _isComplete;
    private bool _isOver;
    private bool _roomWanted;

    /// <summary>Whether the market's messages are thrown away instead of sent.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Whether the line has been told to end: nothing is added any more.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
            {
                return _isComplete;
            }
        }
    }

    /// <summary>Whether the market may go on; if not, the market is told when it may.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                if (_isComplete || IsStalled || _filling.Length < RoomBytes)
                {
                    return true;
                }

                _roomWanted = true;
                return false;
            }
        }
    }

    /// <summary>Adds a message of the market; false where the connection is stalled or ending.</summary>
    public bool Add(Subscription subscription, long trade, ReadOnlySpan<byte> head, ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> rest)
    {
        lock (_gate)
        {
            if (_isComplete || IsStalled)
            {
                return false;
            }

            _filling.Frame(Opcode.Text, isLast: true, head, stamp, rest);
            _filling.Trades.Add((subscription, trade));
            _filling.Kept?.Add([.. head, .. stamp, .. rest]);
            Added(message: true);
            return true;
        }
    }

    /// <summary>Adds any message, in fragments of the given size; null is one frame. Returns where it stands in the line, or null if the connection is ending.</summary>
    public long? Add(byte opcode, ReadOnlySpan<byte> payload, int? fragmentSize)
    {
        lock (_gate)
        {
            if (_isComplete)
            {
                return null;
            }

            _filling.Kept?.Add(payload.ToArray());
            int size = fragmentSize ?? Math.Max(payload.Length, 1);
            byte frameOpcode = opcode;
            do
            {
                ReadOnlySpan<byte> fragment = payload[..Math.Min(size, payload.Length)];
                payload = payload[fragment.Length..];
                _filling.Frame(frameOpcode, payload.IsEmpty, fragment, default, default);
                frameOpcode = Opcode.Continuation;
            }
            while (!payload.IsEmpty);

            Added(message: true);
            return _position;
        }
    }

    /// <summary>Ends the line: nothing is added after this. Returns its place, or null if it had already ended.</summary>
    public long? Complete(Ending ending, ReadOnlySpan<byte> closePayload)
    {
        lock (_gate)
        {
            if (_isComplete)
            {
                return null;
            }

            if (ending == Ending.Close)
            {
                _filling.Frame(Opcode.Close, isLast: true, closePayload, default, default);
            }

            _filling.Ending = ending;
            _isComplete = true;
            Added(message: false);
            return _position;
        }
    }

    /// <summary>Whether everything up to the place given was handed to the operating system; false when the connection ended first.</summary>
    public Task<bool> WhenSentAsync(long? position)
    {
        lock (_gate)
        {
            if (position is null || _isOver || position <= _sent)
            {
                return Task.FromResult(position <= _sent);
            }

            TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((position.Value, done));
            return done.Task;
        }
    }

    /// <summary>Whether everything added so far was handed to the operating system; false when the connection ended first.</summary>
    public Task<bool> WhenAllSentAsync()
    {
        lock (_gate)
        {
            return WhenSentAsync(_position);
        }
    }

    /// <summary>When there is room for another message, or the connection is over.</summary>
    public async Task WhenRoomAsync()
    {
        while (true)
        {
            long position;
            lock (_gate)
            {
                if (_isComplete || _filling.Length < RoomBytes)
                {
                    return;
                }

                position = _position;
            }

            await WhenSentAsync(position).ConfigureAwait(false);
        }
    }

    /// <summary>The next batch to write, as soon as there is anything in it. Give it back with <see cref="Sent"/>.</summary>
    public async Task<Batch> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_filling.Entries > 0)
                {
                    Batch batch = _filling;
                    _filling = _spare;
                    batch.LastPosition = _position;
                    return batch;
                }
            }

            await _filled.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Sent(Batch batch)
    {
        bool tellMarket;
        lock (_gate)
        {
            _sent = batch.LastPosition;
            batch.Clear();
            _spare = batch;
            tellMarket = _roomWanted;
            _roomWanted = false;
            Release(over: false);
        }

        if (tellMarket)
        {
            roomFreed();
        }
    }

    /// <summary>The connection is gone: whoever waits is told, and the market goes on without it.</summary>
    public void Over()
    {
        lock (_gate)
        {
            _isComplete = true;
            _isOver = true;
            Release(over: true);
        }

        roomFreed();
    }

    /// <summary>Gives the buffers back, after nobody writes from them any more.</summary>
    public void Free()
    {
        lock (_gate)
        {
            _filling.Free();
            if (!ReferenceEquals(_filling, _spare))
            {
                _spare.Free();
            }
        }
    }

    private void Added(bool message)
    {
        _position++;
        if (message)
        {
            _filling.Messages++;
            messageAdded(this, ++_messages);
        }

        if (++_filling.Entries == 1)
        {
            // The sender looks before it waits, so it need only be woken for the first.
            _filled.Set();
        }
    }

    private void Release(bool over)
    {
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            (long position, TaskCompletionSource<bool> done) = _waiting[i];
            if (over || position <= _sent)
            {
                _waiting.RemoveAt(i);
                done.TrySetResult(position <= _sent);
            }
        }
    }
}
