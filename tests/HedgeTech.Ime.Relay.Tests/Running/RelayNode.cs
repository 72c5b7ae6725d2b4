using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>One publisher, running in this process.</summary>
internal sealed class RelayNode : IAsyncDisposable
{
    private readonly ImeClient _client;
    private readonly Task _running;

    public RelayNode(ImeSimulator simulator, LocalRedis redis, bool hot, string? configuration = null, ContractSet? contracts = null, Action<ImeClientOptions>? configure = null, TimeProvider? timeProvider = null)
    {
        RelayOptions options = Relays.Options(redis, configuration);
        options.HotStandby = hot;
        ImeClientOptions client = simulator.CreateClientOptions();
        configure?.Invoke(client);
        _client = new ImeClient(client);
        Publisher = new RelayPublisher(_client, contracts ?? Relays.Contracts, options, Log, timeProvider);
        _running = Publisher.RunAsync();
    }

    public RelayPublisher Publisher { get; }

    public TestLog Log { get; } = new();

    public async Task WhenLeadingAsync()
    {
        while (Publisher.Role != RelayRole.Leading)
        {
            if (_running.IsCompleted)
            {
                await _running;
                throw new InvalidOperationException("The publisher has ended.");
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        await _running;
        await _client.DisposeAsync();
    }
}
