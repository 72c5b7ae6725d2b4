using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>A publisher that leads and has its line to a simulator, and a reader.</summary>
internal sealed class RunningRelay : IAsyncDisposable
{
    private RunningRelay(ImeSimulator simulator, RelayNode leader, RelaySource source) =>
        (Simulator, Leader, Source, Reading) = (simulator, leader, source, new RelayReading(source));

    public ImeSimulator Simulator { get; }

    public RelayNode Leader { get; }

    public RelaySource Source { get; }

    public RelayReading Reading { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="redis">The Redis.</param>
    /// <param name="hot">Whether the publisher is hot while it stands by.</param>
    /// <param name="publishTo">How the publisher reaches Redis; null for directly.</param>
    /// <param name="readFrom">How the reader does; null for directly.</param>
    public static async Task<RunningRelay> StartAsync(LocalRedis redis, bool hot = false, string? publishTo = null, string? readFrom = null)
    {
        ImeSimulator simulator = await Relays.StartAsync();
        RelayNode leader = new(simulator, redis, hot, publishTo);
        await leader.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        return new RunningRelay(simulator, leader, new RelaySource(Relays.Options(redis, readFrom)));
    }

    /// <summary>Lets the service send messages whose trade counts are the given numbers.</summary>
    public Task PublishAsync(int from, int to) => Relays.PublishAsync(Simulator, from, to);

    /// <summary>Lets the service send messages until the reader gets one of them, which proves that the relay works again. Returns the number of the last message.</summary>
    public async Task<int> PublishUntilReadAsync(int published, int atLeast = 1)
    {
        int goal = published + atLeast;
        while (Reading.Numbers.LastOrDefault() < goal)
        {
            published++;
            await PublishAsync(published, published);
            await Task.Delay(20, Token);
        }

        await Reading.WaitForAsync(published);
        return published;
    }

    public async ValueTask DisposeAsync()
    {
        await Reading.DisposeAsync();
        await Source.DisposeAsync();
        await Leader.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}
