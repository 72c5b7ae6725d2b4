using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace HedgeTech.Ime.EndToEnd;

/// <summary>A server that costs as little as it can: it accepts every handshake, and sends the same bytes to all who are connected, as fast as they take them or at a pace.</summary>
internal sealed class Blaster(int rate, int burst, bool isCompact)
{
    private readonly Lock _gate = new();
    private readonly List<Socket> _clients = [];
    private Frame[] _frames = [];

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
            Accept(client);
        }
    }

    private void Accept(Socket client)
    {
        StringBuilder request = new();
        byte[] buffer = new byte[16 * 1024];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, client.Receive(buffer)));
        }

        string[] lines = request.ToString().Split("\r\n");
        string key = lines.Single(static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        client.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        string[] contracts = [.. lines[0].Split(' ')[1].Split('?')[1].Split('&').Select(static pair => Uri.UnescapeDataString(pair.Split('=')[1]))];
        new Thread(() => Drain(client)) { IsBackground = true }.Start();
        lock (_gate)
        {
            _frames = [.. _frames.Concat(contracts.Select(contract => new Frame(contract, isCompact))).DistinctBy(static frame => frame.Contract)];
            _clients.Add(client);
        }
    }

    // Pings are not answered: a run is shorter than the interval between them.
    private static void Drain(Socket client)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (client.Receive(buffer) > 0)
            {
                // Nothing of it matters.
            }
        }
        catch (SocketException)
        {
            // It has gone.
        }
    }

    private void Send()
    {
        byte[] batch = new byte[256 * 1024];
        long number = 0;
        long started = Stopwatch.GetTimestamp();
        long sent = 0;
        while (true)
        {
            Socket[] clients;
            Frame[] frames;
            lock (_gate)
            {
                (clients, frames) = ([.. _clients], _frames);
            }

            if (clients.Length == 0)
            {
                Thread.Sleep(1);
                started = Stopwatch.GetTimestamp();
                sent = 0;
                continue;
            }

            int length = 0;
            int messages = 0;
            if (rate > 0)
            {
                while (Stopwatch.GetElapsedTime(started).TotalSeconds * rate < sent + burst)
                {
                    Thread.SpinWait(10);
                }

                sent += burst;
            }

            while (rate > 0 ? messages < burst : length < batch.Length - 2048)
            {
                length += frames[number % frames.Length].Write(batch.AsSpan(length), ++number);
                messages++;
            }

            foreach (Socket client in clients)
            {
                SendAll(client, batch.AsSpan(0, length));
            }
        }
    }

    private void SendAll(Socket client, ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[client.Send(bytes)..];
            }
        }
        catch (SocketException)
        {
            lock (_gate)
            {
                _clients.Remove(client);
            }
        }
    }
}
