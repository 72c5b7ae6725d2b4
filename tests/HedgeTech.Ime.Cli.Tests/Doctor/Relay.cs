using System.Net;
using System.Net.Sockets;
using System.Text;
using HedgeTech.Ime.Tests.Connection;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>
/// A relay in front of a server that alters the traffic. It forwards each request (one per connection) with the selected headers,
/// and returns the head of the answer as the test changes it.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Uri _target;
    private readonly CancellationTokenSource _stop = new(); // is never disposed of, because connections may use it until they end
    private readonly List<Task> _tasks = [];

    public Relay(Uri target, IPAddress? address = null, int port = 0)
    {
        _target = target;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _tasks.Add(AcceptAsync());
    }

    public Uri Address { get; }

    /// <summary>Returns the answer to a request that the relay answers itself, or null to forward the request.</summary>
    public Func<RawRequest, string?> Answer { get; init; } = static _ => null;

    /// <summary>Returns whether the relay forwards a header of a request.</summary>
    public Func<string, bool> Passes { get; init; } = static _ => true;

    /// <summary>Returns the head of an answer to send to the client.</summary>
    public Func<string, string> Alter { get; init; } = static head => head;

    /// <summary>The address of this machine from which the relay connects to the target.</summary>
    public IPAddress From { get; init; } = IPAddress.Loopback;

    /// <summary>Whether the relay ends after it has returned the answer to a login.</summary>
    public bool EndsAfterLogin { get; init; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Task[] tasks;
        lock (_tasks)
        {
            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_tasks)
                {
                    _tasks.Add(ServeAsync(socket));
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The relay was disposed of.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using RawSession client = new(socket, _stop.Token);
        try
        {
            if (await client.ReadRequestAsync() is not { } request)
            {
                return;
            }

            if (Answer(request) is { } answer)
            {
                await client.SendAsync(Encoding.UTF8.GetBytes(answer));
                return;
            }

            using Socket onward = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            onward.Bind(new IPEndPoint(From, 0));
            await onward.ConnectAsync(IPAddress.Loopback, _target.Port, _stop.Token);
            await using NetworkStream server = new(onward);
            await server.WriteAsync(Encoding.UTF8.GetBytes(Write(request)), _stop.Token);
            string head = await ReadHeadAsync(server);
            if (EndsAfterLogin && request.Line.StartsWith("POST", StringComparison.Ordinal))
            {
                _listener.Stop();
            }

            await client.SendAsync(Encoding.UTF8.GetBytes(Alter(head)));
            await Task.WhenAny(server.CopyToAsync(client.Stream, _stop.Token), client.Stream.CopyToAsync(server, _stop.Token));
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            // One side has closed the connection, so the relay closes the other.
        }
    }

    private string Write(RawRequest request)
    {
        bool isUpgrade = request.Header("Upgrade") is not null && Passes("Upgrade");
        IEnumerable<string> headers = request.Headers.Where(header => Passes(header.Key)).Select(static header => $"{header.Key}: {header.Value}\r\n");
        return $"{request.Line}\r\n{string.Concat(headers)}{(isUpgrade ? "" : "Connection: close\r\n")}\r\n{request.Body}";
    }

    private async Task<string> ReadHeadAsync(Stream server)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await server.ReadAsync(one, _stop.Token) > 0)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
