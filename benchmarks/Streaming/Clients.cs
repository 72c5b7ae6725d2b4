using System.Diagnostics;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Shared;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Websocket.Client;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>The compared clients. Each one receives until the meter has enough.</summary>
internal sealed class Clients(Uri address, int contractCount, int connections, Transport transport, Meter meter)
{
    private readonly string[] _contracts = MarketCorpus.NamesOf(contractCount);

    private Uri Endpoint => new($"{(transport == Transport.Tls ? "wss" : "ws")}://{address.Authority}/stream?{string.Join('&', _contracts.Select(static contract => "contract_names=" + Uri.EscapeDataString(contract)))}");

    public Task RunAsync(string name) => name switch
    {
        "discard" => DiscardAsync(),
        "bare-socket" => Task.Run(new BareSocket(Endpoint, meter).Run),
        "sdk" => StreamAsync(static _ => { }),
        "sdk-pool" => StreamAsync(static options => options.Connection.DedicatedThreads = false),
        "sdk-events" => EventsAsync(),
        "sdk-latest" => StreamAsync(static options => options.Feed.Delivery = FeedDelivery.LatestPerContract),
        "sdk-two-lines" => StreamAsync(static options => options.Feed.Redundancy = 2),
        "sdk-listened" => ListenedAsync(),
        "sdk-written" => WrittenAsync(),
        "sdk-recorded" => RecordedAsync(new RecordingOptions { Compress = false }),
        "sdk-recorded-at-once" => RecordedAsync(new RecordingOptions { Compress = false, WriteInterval = TimeSpan.Zero }),
        "sdk-sealed" => RecordedAsync(new RecordingOptions { SegmentBytes = 64 * 1024 * 1024, SegmentDuration = TimeSpan.FromSeconds(2) }),
        "replay" => ReplayAsync(),
        "socket-dto" => SocketAsync(),
        "websocket.client-dto" => WebsocketClientAsync(asText: false),
        "websocket.client-dto-text" => WebsocketClientAsync(asText: true),
        _ => throw new ArgumentException($"There is no client '{name}'."),
    };

    /// <summary>Returns when the server sent the message. A compressed message does not contain that time.</summary>
    private DateTimeOffset SentAt(MarketSnapshot snapshot) => transport == Transport.Deflate ? default : snapshot.Timestamp;

    private ClientWebSocket Socket()
    {
        ClientWebSocket socket = new();
        socket.Options.RemoteCertificateValidationCallback = Trust;
        socket.Options.DangerousDeflateOptions = transport == Transport.Deflate ? new WebSocketDeflateOptions() : null;
        return socket;
    }

    private async Task DiscardAsync()
    {
        using ClientWebSocket socket = Socket();
        await socket.ConnectAsync(Endpoint, CancellationToken.None);
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (part.EndOfMessage && !meter.Add())
            {
                return;
            }
        }
    }

    private ImeClient Client(Action<ImeClientOptions> configure)
    {
        ImeClientOptions options = new() { BaseAddress = address, AccessToken = "token" };
        options.Connection.MaxRequestLineBytes = 1_000_000; // so that only the case decides the number of connections
        options.Connection.MaxContractsPerConnection = (_contracts.Length + connections - 1) / connections;
        options.Connection.ServerCertificateValidation = Trust;
        options.Connection.OfferCompression = transport == Transport.Deflate;
        configure(options);
        return new ImeClient(options);
    }

    private async Task StreamAsync(Action<ImeClientOptions> configure)
    {
        await using ImeClient client = Client(configure);
        await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(_contracts))
        {
            if (!meter.Add(SentAt(snapshot)))
            {
                return;
            }
        }
    }

    /// <summary>Collects every instrument and every span with OpenTelemetry, and reads the instruments each second.</summary>
    private async Task ListenedAsync()
    {
        using MeterProvider metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter("HedgeTech.Ime")
            .AddReader(new PeriodicExportingMetricReader(new Nowhere<Metric>(), exportIntervalMilliseconds: 1000))
            .Build();
        using TracerProvider spans = Sdk.CreateTracerProviderBuilder().AddSource("HedgeTech.Ime").AddProcessor(new SimpleActivityExportProcessor(new Nowhere<Activity>())).Build();
        await StreamAsync(static _ => { });
    }

    private static async Task InFolderAsync(Func<string, Task> run)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ime-benchmark-");
        try
        {
            await run(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task RecordedAsync(RecordingOptions options) => InFolderAsync(async folder =>
    {
        await using MarketRecorder recorder = new(folder, options);
        await StreamAsync(client => client.Feed.Sinks.Add(recorder));
        if (recorder.Statistics.Lost > 0)
        {
            await Console.Error.WriteLineAsync($"The recorder lost {recorder.Statistics.Lost} of {recorder.Statistics.Snapshots + recorder.Statistics.Lost} messages, so its cost is that of fewer.");
        }
    });

    private Task WrittenAsync() => InFolderAsync(async folder =>
    {
        using BareWriter writer = new(folder);
        await StreamAsync(client => client.Feed.Sinks.Add(writer));
    });

    /// <summary>What the server sends is recorded first and then replayed, again and again, without the server.</summary>
    private Task ReplayAsync() => InFolderAsync(async folder =>
    {
        await using (MarketRecorder recorder = new(folder))
        {
            int left = 200_000;
            await using ImeClient client = Client(options => options.Feed.Sinks.Add(recorder));
            await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(_contracts))
            {
                if (--left == 0)
                {
                    break;
                }
            }
        }

        ReplaySource source = new(folder);
        while (true)
        {
            await foreach (MarketSnapshot snapshot in source.StreamByNameAsync(_contracts))
            {
                if (!meter.Add())
                {
                    return;
                }
            }
        }
    });

    private async Task EventsAsync()
    {
        await using ImeClient client = Client(static _ => { });
        await foreach (FeedEvent next in client.StreamEventsAsync(ContractSet.ByName(_contracts)))
        {
            if (next is MarketSnapshot snapshot && !meter.Add(SentAt(snapshot)))
            {
                return;
            }
        }
    }

    private async Task SocketAsync()
    {
        using ClientWebSocket socket = Socket();
        await socket.ConnectAsync(Endpoint, CancellationToken.None);
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += part.Count;
            if (part.EndOfMessage)
            {
                MarketSnapshot snapshot = Message.Read(buffer.AsSpan(0, length)).ToSnapshot();
                length = 0;
                if (!meter.Add(SentAt(snapshot)))
                {
                    return;
                }
            }
        }
    }

    /// <param name="asText">Whether the client converts each message to a string, which is its default.</param>
    private async Task WebsocketClientAsync(bool asText)
    {
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using WebsocketClient client = new(Endpoint, Socket) { IsTextMessageConversionEnabled = asText };
        using IDisposable subscription = client.MessageReceived.Subscribe(new Observer(message =>
        {
            MarketSnapshot snapshot = (asText ? Message.Read(message.Text!) : Message.Read(message.Binary!)).ToSnapshot();
            if (!enough.Task.IsCompleted && !meter.Add(SentAt(snapshot)))
            {
                enough.TrySetResult();
            }
        }));

        // Start receives messages, and only returns once no message has arrived for a moment.
        Task starting = Task.Run(client.Start);
        await await Task.WhenAny(starting, enough.Task);
        await enough.Task;
    }

    /// <summary>Trusts every certificate, because the server is this program and has just created its certificate.</summary>
    private static bool Trust(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate?.Subject == "CN=localhost";

    private sealed class Nowhere<T> : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch) => ExportResult.Success;
    }

    private sealed class Observer(Action<ResponseMessage> next) : IObserver<ResponseMessage>
    {
        public void OnCompleted()
        {
            // The run ends when the meter has enough.
        }

        public void OnError(Exception error) => throw error;

        public void OnNext(ResponseMessage value) => next(value);
    }
}
