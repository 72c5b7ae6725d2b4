using System.Buffers;

namespace HedgeTech.Ime.Connection;

// The one buffer of a connection: rented, as large as the messages need, never larger than they may be.
internal sealed partial class MarketConnection
{
    private void GrowBuffer(int length)
    {
        // One byte more than a message may have shows that it is too long.
        long needed = Math.Min(2L * _buffer.Length, _maxMessageBytes + 1L);
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)needed);
        _buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    // After one rare long message, a connection does not keep its memory for ever.
    private void ShrinkBuffer()
    {
        if (_buffer.Length > 4 * UsualBufferBytes && _lastLength <= UsualBufferBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(UsualBufferBytes);
        }
    }

    /// <summary>Ends the use of the buffer by a receive; if the connection was disposed of meanwhile, gives it back.</summary>
    private void LeaveBuffer()
    {
        if (_end is not null)
        {
            _readerLeft.TrySetResult();
        }

        if (Interlocked.CompareExchange(ref _use, Idle, Receiving) == Disposed)
        {
            ReturnBuffer();
        }
    }

    private void ReturnBuffer()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
