using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests.Running;

/// <summary>The common code of the tests with running relays.</summary>
internal static class Relays
{
    public const string Contract = "SAFAB03";

    public static readonly ContractSet Contracts = ContractSet.ByName(Contract);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<ImeSimulator> StartAsync() => ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: Token);

    public static RelayOptions Options(LocalRedis redis, string? configuration = null) =>
        new() { Configuration = configuration ?? redis.Configuration, Name = "test", LeaseDuration = TimeSpan.FromMilliseconds(500) };

    /// <summary>Lets the service send messages whose trade counts are the given numbers. Returns on how many connections it sent them in all.</summary>
    public static async Task<int> PublishAsync(ImeSimulator simulator, int from, int to, string contract = Contract)
    {
        int sent = 0;
        for (int i = from; i <= to; i++)
        {
            sent += await simulator.PublishAsync(new MarketSnapshot { Channel = "IME Stream", Contract = ContractKey.Name(contract), Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(i), Aggregate = new Aggregate { TradeCount = i } }, Token);
        }

        return sent;
    }

    /// <summary>Waits until a condition holds or the test is cancelled.</summary>
    public static async Task WhenAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(5, Token);
        }
    }
}
