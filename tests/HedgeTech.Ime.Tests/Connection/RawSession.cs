using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>One connection to a <see cref="RawPeer"/>: reads requests and writes answers and frames byte by byte.</summary>
internal sealed class RawSession(Socket socket, CancellationToken stopped) : IDisposable
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;

    public Socket Socket => socket;

    public CancellationToken Stopped => stopped;

    public Stream Stream { get; set; } = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Reads the next request. Returns null if the client closes the connection instead.</summary>
    public async Task<RawRequest?> ReadRequestAsync()
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await Stream.ReadAsync(one, stopped) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().TrimEnd().Split("\r\n");
        List<KeyValuePair<string, string>> headers = [.. lines.Skip(1).Select(static line => line.Split(": ", 2)).Select(static pair => KeyValuePair.Create(pair[0], pair[1]))];
        RawRequest request = new(lines[0], headers, "");
        byte[] body = new byte[int.Parse(request.Header("Content-Length") ?? "0", null)];
        await Stream.ReadExactlyAsync(body, stopped);
        return request with { Body = Encoding.UTF8.GetString(body) };
    }

    public async Task AnswerAsync(int status, string body = "", params string[] headers)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        string head = $"HTTP/1.1 {status} Because\r\nContent-Length: {bytes.Length}\r\n{string.Concat(headers.Select(static line => line + "\r\n"))}\r\n";
        await SendAsync([.. Encoding.UTF8.GetBytes(head), .. bytes]);
    }

    /// <summary>Reads the handshake and accepts it.</summary>
    public async Task<RawRequest> AcceptWebSocketAsync(RawRequest? request = null, string header = "")
    {
        request ??= await ReadRequestAsync() ?? throw new InvalidOperationException("The client sent no handshake.");
        byte[] key = Encoding.ASCII.GetBytes(request.Header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
#pragma warning disable CA5350 // RFC 6455 requires SHA-1
        string accept = Convert.ToBase64String(SHA1.HashData(key));
#pragma warning restore CA5350
        await SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{header}\r\n"));
        return request;
    }

    public async Task SendAsync(byte[] bytes) => await Stream.WriteAsync(bytes, stopped);

    public Task SendTextAsync(string text) => SendAsync(Frame(Text, Encoding.UTF8.GetBytes(text)));

    public Task SendCloseAsync(int status, string reason = "") =>
        SendAsync(Frame(Close, [(byte)(status >> 8), (byte)status, .. Encoding.UTF8.GetBytes(reason)]));

    /// <summary>Reads the next frame of the client and unmasks it. Returns null if the client has closed the TCP connection.</summary>
    public async Task<(int Opcode, byte[] Payload)?> ReadFrameAsync()
    {
        byte[] head = new byte[6];
        if (await Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, stopped) < head.Length)
        {
            return null;
        }

        byte[] payload = new byte[head[1] & 0x7F]; // the client only sends control frames, whose length fits into one byte
        await Stream.ReadExactlyAsync(payload, stopped);
        return (head[0] & 0x0F, [.. payload.Select((b, i) => (byte)(b ^ head[2 + (i % 4)]))]);
    }

    /// <summary>Reads until the client has closed its side, by any means.</summary>
    public async Task WaitForEndAsync()
    {
        try
        {
            byte[] rest = new byte[4096];
            while (await Stream.ReadAsync(rest, stopped) > 0)
            {
                // Ignores all data before the end.
            }
        }
        catch (IOException)
        {
            // A reset also ends the connection.
        }
    }

    /// <summary>Holds the connection open, without sending, until the test ends.</summary>
    public Task HoldAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopped);

    /// <summary>Ends the connection with a TCP reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Returns an unmasked frame, as a server writes it.</summary>
    public static byte[] Frame(int opcode, byte[] payload, bool isFinal = true)
    {
        List<byte> frame = [(byte)((isFinal ? 0x80 : 0) | opcode)];
        byte[] length = new byte[8];
        if (payload.Length < 126)
        {
            frame.Add((byte)payload.Length);
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.AddRange([126, .. length.Take(2)]);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            frame.AddRange([127, .. length]);
        }

        return [.. frame, .. payload];
    }
}
