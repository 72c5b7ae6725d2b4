using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>A message ready to be sent but for the moment, which it carries so that the client can tell how long it took.</summary>
internal sealed class Frame
{
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss.ffffff";
    private static readonly TimeSpan Tehran = new(3, 30, 0);

    private readonly byte[] _bytes;
    private readonly int _moment;

    /// <param name="message">What the exchange sent.</param>
    /// <param name="isCompact">The dialect of the message.</param>
    public Frame(byte[] message, bool isCompact)
    {
        // The fraction of a timestamp is left out when it is zero, which leaves no place for another.
        byte[] member = Encoding.ASCII.GetBytes(isCompact ? "\"timestamp\":\"" : "\"timestamp\": \"");
        int start = message.AsSpan().IndexOf(member) + member.Length;
        int end = start + message.AsSpan(start).IndexOf((byte)'"');
        byte[] moment = Encoding.ASCII.GetBytes(DateTime.UtcNow.ToString(Moment, CultureInfo.InvariantCulture));
        byte[] payload = [.. message.AsSpan(0, start), .. moment, .. message.AsSpan(end)];
        _bytes = new byte[4 + payload.Length];
        _bytes[0] = 0x81;
        _bytes[1] = 126;
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(_bytes, 4);
        _moment = 4 + start;
    }

    public int Write(Span<byte> target)
    {
        _bytes.CopyTo(target);
        (DateTime.UtcNow + Tehran).TryFormat(target[_moment..], out _, Moment, CultureInfo.InvariantCulture);
        return _bytes.Length;
    }
}
