using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HedgeTech.Ime.Shared;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>A server with the lowest possible cost. It accepts every handshake, and sends the same bytes to all clients with the same contracts, at full speed or at a given rate.</summary>
internal sealed class Blaster(int rate, int burst, bool isCompact, Transport transport)
{
    private readonly X509Certificate2? _certificate = transport == Transport.Tls ? Certificate() : null;
    private readonly Lock _gate = new();
    private Group[] _groups = [];

    public void Run()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));
        new Thread(Send) { IsBackground = true }.Start();
        while (true)
        {
            Socket client = listener.AcceptSocket();
            client.NoDelay = true;
            Accept(Secured(new NetworkStream(client, ownsSocket: true)));
        }
    }

    private static X509Certificate2 Certificate()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private Stream Secured(NetworkStream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        SslStream secured = new(stream);
        secured.AuthenticateAsServer(_certificate);
        return secured;
    }

    private void Accept(Stream client)
    {
        StringBuilder request = new();
        byte[] buffer = new byte[16 * 1024];
        while (request.Length < 4 || request.ToString(request.Length - 4, 4) != "\r\n\r\n")
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, client.Read(buffer)));
        }

        string[] lines = request.ToString().Split("\r\n");
        string key = lines.Single(static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
#pragma warning disable CA5350 // RFC 6455 requires SHA-1
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        string extension = transport == Transport.Deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
        client.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{extension}Sec-WebSocket-Accept: {accept}\r\n\r\n"));
        string query = lines[0].Split(' ')[1].Split('?')[1];
        new Thread(() => Drain(client)) { IsBackground = true }.Start();
        lock (_gate)
        {
            Group? group = Array.Find(_groups, group => group.Query == query);
            if (group is null)
            {
                string[] contracts = [.. query.Split('&').Select(static pair => Uri.UnescapeDataString(pair.Split('=')[1]))];
                byte[][] messages = MarketCorpus.RecordAsync(contracts, isCompact).GetAwaiter().GetResult();
                group = new Group(query, transport == Transport.Deflate ? Frame.Compressed(messages) : [.. messages.Select(message => new Frame(message, isCompact))]);
                _groups = [.. _groups, group];
            }

            group.Clients = [.. group.Clients, client];
        }
    }

    // Does not answer pings, because a run is shorter than the ping interval.
    private static void Drain(Stream client)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (client.Read(buffer) > 0)
            {
                // Ignores the data.
            }
        }
        catch (IOException)
        {
            // The client has closed the connection.
        }
    }

    private void Send()
    {
        byte[] batch = new byte[256 * 1024];
        long number = 0;
        long started = Stopwatch.GetTimestamp();
        long sent = 0;
        int turn = 0;
        while (true)
        {
            Group[] groups = Volatile.Read(ref _groups);
            if (groups.All(static group => group.Clients.Length == 0))
            {
                Thread.Sleep(1);
                started = Stopwatch.GetTimestamp();
                sent = 0;
                continue;
            }

            if (rate > 0)
            {
                double ahead;
                while ((ahead = ((sent + burst) / (double)rate) - Stopwatch.GetElapsedTime(started).TotalSeconds) > 0)
                {
                    // Waits until the exact time, and sleeps while that is far enough away, so that it does not occupy a whole processor.
                    if (ahead > 0.002)
                    {
                        Thread.Sleep(1);
                    }
                    else
                    {
                        Thread.SpinWait(10);
                    }
                }

                sent += burst;
            }

            Group group = groups[turn++ % groups.Length];
            int length = 0;
            for (int messages = 0; rate > 0 ? messages < burst : length < batch.Length / groups.Length - 2048; messages++)
            {
                length += group.Frames[number++ % group.Frames.Length].Write(batch.AsSpan(length));
            }

            foreach (Stream client in group.Clients)
            {
                Send(group, client, batch.AsSpan(0, length));
            }
        }
    }

    private void Send(Group group, Stream client, ReadOnlySpan<byte> bytes)
    {
        try
        {
            client.Write(bytes);
        }
        catch (IOException)
        {
            lock (_gate)
            {
                group.Clients = [.. group.Clients.Where(other => other != client)];
            }
        }
    }

    /// <summary>The clients with the same contracts.</summary>
    private sealed class Group(string query, Frame[] frames)
    {
        public string Query => query;

        public Frame[] Frames => frames;

        public Stream[] Clients { get; set; } = [];
    }
}
