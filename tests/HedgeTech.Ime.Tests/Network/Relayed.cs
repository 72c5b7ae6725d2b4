using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Network;

/// <summary>A client that reaches its simulator through a relay.</summary>
internal sealed class Relayed(Simulated simulated, Relay relay) : IAsyncDisposable
{
    public Simulated Simulated { get; } = simulated;

    public Relay Relay { get; } = relay;

    public static async Task<Relayed> StartAsync(Action<ImeSimulatorOptions>? server = null, Action<ImeClientOptions>? client = null)
    {
        Relay? relay = null;
        Simulated simulated = await Simulated.StartAsync(server, options =>
        {
            relay = new Relay(options.BaseAddress);
            options.BaseAddress = relay.Address;
            client?.Invoke(options);
        });
        return new Relayed(simulated, relay!);
    }

    public async ValueTask DisposeAsync()
    {
        await Simulated.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
