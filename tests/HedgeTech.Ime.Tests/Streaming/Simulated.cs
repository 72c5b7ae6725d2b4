using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>A simulator and its client, on real sockets, with short reconnect delays.</summary>
internal sealed class Simulated : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private Simulated(ImeSimulator server, ImeClient client)
    {
        Server = server;
        Client = client;
        _timeout.CancelAfter(Patience);
    }

    public static string Contract { get; } = SimulatorContract.BuiltIn[0].Code;

    public static ContractSet Contracts { get; } = ContractSet.ByName(Contract);

    public ImeSimulator Server { get; }

    public ImeClient Client { get; }

    /// <summary>Cancelled when a test hangs, so that the test fails.</summary>
    public CancellationToken Cancellation => _timeout.Token;

    public static async Task<Simulated> StartAsync(
        Action<ImeSimulatorOptions>? server = null,
        Action<ImeClientOptions>? client = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ImeSimulatorOptions serverOptions = new() { Rate = 0 };
        server?.Invoke(serverOptions);
        ImeSimulator simulator = await ImeSimulator.StartAsync(serverOptions, cancellationToken: TestContext.Current.CancellationToken);
        ImeClientOptions options = OptionsFor(simulator);
        client?.Invoke(options);
        return new Simulated(simulator, new ImeClient(options, loggerFactory, timeProvider));
    }

    public static ImeClientOptions OptionsFor(ImeSimulator simulator) => new()
    {
        BaseAddress = simulator.BaseAddress,
        Username = simulator.Username,
        Password = simulator.Password,
        Reconnect = { InitialDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(200) },
    };

    /// <summary>Reads events up to and including the first one that meets the condition.</summary>
    public static async Task<List<FeedEvent>> ReadUntilAsync(IAsyncEnumerator<FeedEvent> events, Predicate<FeedEvent> condition)
    {
        List<FeedEvent> read = [];
        while (await events.MoveNextAsync())
        {
            read.Add(events.Current);
            if (condition(events.Current))
            {
                return read;
            }
        }

        throw new InvalidOperationException($"The stream ended before the condition was met, after: {string.Join("; ", read)}");
    }

    public async Task PublishAsync(int count, string? contract = null)
    {
        for (int i = 0; i < count; i++)
        {
            await Server.PublishAsync(contract ?? Contract, Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        _timeout.Dispose();
    }
}
