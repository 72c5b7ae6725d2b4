using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Testing.Tests;

/// <summary>The simplest possible client. It uses the HTTP and WebSocket classes of .NET, without the SDK.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    public const string NamePath = "/data-engine/ime/live/data/websocket/contract/name";
    public const string IdPath = "/data-engine/ime/live/data/websocket/contract/id";
    public const string TokenPath = "/auth/user/token/issue";

    private readonly byte[] _buffer = new byte[4 * 1024 * 1024];

    private RawClient(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    /// <summary>Cancelled after the longest wait of a test, so that a test that hangs fails.</summary>
    public static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    public static Task<ImeSimulator> StartAsync(ImeSimulatorOptions? options = null, TimeProvider? timeProvider = null) =>
        ImeSimulator.StartAsync(options, timeProvider, Soon);

    public static async Task<HttpResponseMessage> PostAsync(ImeSimulator simulator, params (string Field, string Value)[] form)
    {
        using HttpClient http = new();
        using FormUrlEncodedContent content = new(form.Select(pair => KeyValuePair.Create(pair.Field, pair.Value)));
        return await http.PostAsync(new Uri(simulator.BaseAddress, TokenPath), content, Soon);
    }

    public static async Task<string> LoginAsync(ImeSimulator simulator)
    {
        using HttpResponseMessage response = await PostAsync(simulator, ("username", simulator.Username), ("password", simulator.Password));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await TokenAsync(response);
    }

    public static async Task<string> TokenAsync(HttpResponseMessage response)
    {
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Soon));
        return answer.RootElement.GetProperty("Authorization").GetString()!;
    }

    public static Task<RawClient> ByNameAsync(ImeSimulator simulator, params string[] names) =>
        ConnectAsync(simulator, NamePath + "?" + string.Join('&', names.Select(name => "contract_names=" + Uri.EscapeDataString(name))), simulator.IssueToken());

    public static Task<RawClient> ByIdAsync(ImeSimulator simulator, params string[] ids) =>
        ConnectAsync(simulator, IdPath + "?" + string.Join('&', ids.Select(id => "contract_id=" + Uri.EscapeDataString(id))), simulator.IssueToken());

    public static async Task<RawClient> ConnectAsync(ImeSimulator simulator, string target, string? authorization, Action<ClientWebSocketOptions>? configure = null, HttpMessageInvoker? invoker = null)
    {
        RawClient client = new(new ClientWebSocket());
        client.Socket.Options.CollectHttpResponseDetails = true;
        if (authorization is not null)
        {
            client.Socket.Options.SetRequestHeader("Authorization", authorization);
        }

        configure?.Invoke(client.Socket.Options);
        try
        {
            await client.Socket.ConnectAsync(new Uri(simulator.BaseAddress.AbsoluteUri.TrimEnd('/').Replace("http", "ws", StringComparison.Ordinal) + target), invoker, Soon);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a handshake that the simulator refuses, and returns the status.</summary>
    public static async Task<HttpStatusCode> RefusedAsync(ImeSimulator simulator, string target, string? authorization, Action<ClientWebSocketOptions>? configure = null, HttpMessageInvoker? invoker = null)
    {
        using ClientWebSocket socket = new();
        socket.Options.CollectHttpResponseDetails = true;
        if (authorization is not null)
        {
            socket.Options.SetRequestHeader("Authorization", authorization);
        }

        configure?.Invoke(socket.Options);
        Func<Task> connecting = () => socket.ConnectAsync(new Uri(simulator.BaseAddress.AbsoluteUri.TrimEnd('/').Replace("http", "ws", StringComparison.Ordinal) + target), invoker, Soon);
        await connecting.Should().ThrowAsync<WebSocketException>();
        return socket.HttpStatusCode;
    }

    /// <summary>Returns the answer to a plain request with all headers of a WebSocket handshake.</summary>
    public static async Task<HttpResponseMessage> HandshakeAsync(ImeSimulator simulator, string target, string token)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Get, simulator.BaseAddress.AbsoluteUri.TrimEnd('/') + target);
        request.Headers.TryAddWithoutValidation("Authorization", token);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Soon);
    }

    /// <summary>Receives the next whole message.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Payload, int Frames)> ReceiveAsync()
    {
        int length = 0;
        int frames = 0;
        while (true)
        {
            ValueWebSocketReceiveResult received = await Socket.ReceiveAsync(_buffer.AsMemory(length), Soon);
            length += received.Count;
            frames++;
            if (received.EndOfMessage)
            {
                return (received.MessageType, _buffer[..length], frames);
            }
        }
    }

    public async Task<string> TextAsync()
    {
        (WebSocketMessageType type, byte[] payload, _) = await ReceiveAsync();
        type.Should().Be(WebSocketMessageType.Text);
        return Encoding.UTF8.GetString(payload);
    }

    public async Task<JsonElement> JsonAsync()
    {
        using JsonDocument message = JsonDocument.Parse(await TextAsync());
        return message.RootElement.Clone();
    }

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
