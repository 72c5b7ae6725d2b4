namespace HedgeTech.Ime.Testing.Wire;

/// <summary>Freezes and unfreezes the reading of a connection, even before its stream exists. Thread-safe.</summary>
/// <remarks>A fault takes the lock while it holds the outbox. No other lock is taken under it.</remarks>
internal sealed class PongGate
{
    private readonly Lock _gate = new();
    private GateStream? _stream;
    private bool _isFrozen;

    public void Freeze()
    {
        lock (_gate)
        {
            _isFrozen = true;
            _stream?.Freeze();
        }
    }

    public void Unfreeze()
    {
        lock (_gate)
        {
            _isFrozen = false;
            _stream?.Thaw();
        }
    }

    /// <summary>Applies the gate to the stream of the connection.</summary>
    public void Attach(GateStream stream)
    {
        lock (_gate)
        {
            _stream = stream;
            if (_isFrozen)
            {
                stream.Freeze();
            }
        }
    }

    /// <summary>Releases the stream, which refers to objects of the server. The connection itself stays referenced by its record.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _stream = null;
        }
    }
}
