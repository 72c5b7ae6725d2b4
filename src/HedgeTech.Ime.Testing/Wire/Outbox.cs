namespace HedgeTech.Ime.Testing.Wire;

/// <summary>
/// The messages that wait to be sent on one connection, in two batches: one is filled while the other is written. The market may add at most
/// <see cref="RoomBytes"/>, so a client that does not read costs half a megabyte and holds up the contracts that it requested. Thread-safe.
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

    /// <summary>Whether the market's messages are discarded instead of sent.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Whether the connection is ending, so that nothing more can be added.</summary>
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

    /// <summary>Whether the market may add messages. If not, it is notified when it may.</summary>
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

    /// <summary>Adds a message of the market; returns false if the connection is stalled or ending.</summary>
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

    /// <summary>Adds any message, in fragments of the given size or, if that is null, in one frame. Returns its position in the queue; null if the connection is ending.</summary>
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

    /// <summary>Ends the queue, so that nothing more can be added. Returns the position of the end; null if the queue had already ended.</summary>
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

    /// <summary>Waits until everything up to the given position was handed to the operating system; returns false if the connection ended first.</summary>
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

    /// <summary>Waits until everything added so far was handed to the operating system; returns false if the connection ended first.</summary>
    public Task<bool> WhenAllSentAsync()
    {
        lock (_gate)
        {
            return WhenSentAsync(_position);
        }
    }

    /// <summary>Waits until there is room for another message, or the connection has ended.</summary>
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

    /// <summary>Returns the next batch to write, as soon as it contains anything. Return it with <see cref="Sent"/>.</summary>
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

    /// <summary>Called when the connection has ended: completes all waits, and lets the market continue without it.</summary>
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

    /// <summary>Returns the buffers, once nothing writes from them.</summary>
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
            // The sender checks before it waits, so only the first message has to wake it.
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
