using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>A message that is ready to send. The server writes the time of sending into it, so that the client can measure the delay.</summary>
internal sealed class Frame
{
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss.ffffff";
    private static readonly TimeSpan Tehran = new(3, 30, 0);

    private readonly byte[] _bytes;
    private readonly int _moment;

    /// <param name="message">The message of the exchange.</param>
    /// <param name="isCompact">The dialect of the message.</param>
    public Frame(byte[] message, bool isCompact)
    {
        // Replaces the timestamp with one of full length, because a timestamp without a fraction has no room for the time of sending.
        byte[] member = Encoding.ASCII.GetBytes(isCompact ? "\"timestamp\":\"" : "\"timestamp\": \"");
        int start = message.AsSpan().IndexOf(member) + member.Length;
        int end = start + message.AsSpan(start).IndexOf((byte)'"');
        byte[] moment = Encoding.ASCII.GetBytes(DateTime.UtcNow.ToString(Moment, CultureInfo.InvariantCulture));
        _bytes = Framed(0x81, [.. message.AsSpan(0, start), .. moment, .. message.AsSpan(end)]);
        _moment = _bytes.Length - (message.Length - end) - moment.Length;
    }

    private Frame(byte[] compressed)
    {
        _bytes = Framed(0xC1, compressed);
        _moment = -1;
    }

    /// <summary>
    /// Compresses the messages as permessage-deflate does, with the previous messages as the dictionary. The first message has no dictionary, so the server can repeat
    /// the sequence. The time inside a compressed message cannot be changed.
    /// </summary>
    public static Frame[] Compressed(IEnumerable<byte[]> messages)
    {
        List<Frame> frames = [];
        using MemoryStream compressed = new();
        using DeflateStream deflate = new(compressed, CompressionLevel.Optimal);
        foreach (byte[] message in messages)
        {
            deflate.Write(message);
            deflate.Flush();

            // Omits the end of each flush, 00 00 FF FF.
            frames.Add(new Frame(compressed.GetBuffer()[..((int)compressed.Length - 4)]));
            compressed.SetLength(0);
        }

        return [.. frames];
    }

    public int Write(Span<byte> target)
    {
        _bytes.CopyTo(target);
        if (_moment < 0)
        {
            return _bytes.Length;
        }

        (DateTime.UtcNow + Tehran).TryFormat(target[_moment..], out _, Moment, CultureInfo.InvariantCulture);
        return _bytes.Length;
    }

    private static byte[] Framed(byte first, byte[] payload)
    {
        if (payload.Length < 126)
        {
            return [first, (byte)payload.Length, .. payload];
        }

        byte[] framed = [first, 126, 0, 0, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(framed.AsSpan(2), (ushort)payload.Length);
        return framed;
    }
}
