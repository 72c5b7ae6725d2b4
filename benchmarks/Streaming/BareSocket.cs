using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>The lower bound for the cost of a client: a thread that blocks on a socket, parses the frames by hand, and reads each message with the reader of the library.</summary>
internal sealed class BareSocket(Uri endpoint, Meter meter)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public void Run()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(endpoint.Host, endpoint.Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET {endpoint.PathAndQuery} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        int begin;
        while ((begin = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            Receive(socket);
        }

        Forget(begin + 4);
        while (ReadFrames())
        {
            Receive(socket);
        }
    }

    private void Receive(Socket socket) => _length += socket.Receive(_buffer.AsSpan(_length));

    /// <summary>Returns false when the meter has enough. Each message is one frame with a length of two bytes.</summary>
    private bool ReadFrames()
    {
        int at = 0;
        while (_length - at >= 4 && BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(at + 2)) is var size && _length - at >= 4 + size)
        {
            if (!meter.Add(MarketSnapshotSerializer.Deserialize(_buffer.AsSpan(at + 4, size)).Timestamp))
            {
                return false;
            }

            at += 4 + size;
        }

        Forget(at);
        return true;
    }

    private void Forget(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
