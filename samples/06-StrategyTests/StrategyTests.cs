using HedgeTech.Ime;
using HedgeTech.Ime.Testing;

namespace StrategyTests;

/// <summary>Tests the strategy against the simulator. The market moves only when a test publishes a message, so each test decides what happens and when.</summary>
public sealed class StrategyTests : IAsyncLifetime
{
    private const string Contract = "SAFAB03";
    private readonly OrderBook _orders = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ImeSimulator _simulator = null!;
    private ImeClient _client = null!;
    private Task _trading = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: _stop.Token);
        _client = new ImeClient(new ImeClientOptions
        {
            BaseAddress = _simulator.BaseAddress,
            Username = _simulator.Username,
            Password = _simulator.Password,
            Reconnect = { InitialDelay = TimeSpan.FromMilliseconds(20) },
            Feed = { SilenceTimeout = TimeSpan.FromSeconds(1) },
        });
        _trading = new Strategy(_client, ContractKey.Name(Contract), _orders).RunAsync(_stop.Token);
        await _simulator.WhenSubscribedAsync(cancellationToken: _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_trading);
        await _client.DisposeAsync();
        await _simulator.DisposeAsync();
        _stop.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Strategy_bids_as_soon_as_it_sees_the_market()
    {
        await _simulator.PublishAsync(Contract, TestContext.Current.CancellationToken);

        Assert.True(await _orders.NextAsync(TestContext.Current.CancellationToken) > 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Strategy_withdraws_its_order_when_the_connection_is_lost_and_bids_again_when_it_is_back()
    {
        await _simulator.PublishAsync(Contract, TestContext.Current.CancellationToken);
        Assert.NotNull(await _orders.NextAsync(TestContext.Current.CancellationToken));

        _simulator.Drop();

        Assert.Null(await _orders.NextAsync(TestContext.Current.CancellationToken));
        await _simulator.WhenSubscribedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await _simulator.PublishAsync(Contract, TestContext.Current.CancellationToken);
        Assert.NotNull(await _orders.NextAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task Strategy_withdraws_its_order_when_the_service_goes_mute_behind_an_open_connection()
    {
        await _simulator.PublishAsync(Contract, TestContext.Current.CancellationToken);
        Assert.NotNull(await _orders.NextAsync(TestContext.Current.CancellationToken));

        _simulator.Stall();

        Assert.Null(await _orders.NextAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task Strategy_ignores_a_message_that_makes_no_sense()
    {
        await _simulator.SendTextAsync("""{"channel": "IME Stream", "data": null}""", TestContext.Current.CancellationToken);
        await _simulator.PublishAsync(Contract, TestContext.Current.CancellationToken);

        Assert.NotNull(await _orders.NextAsync(TestContext.Current.CancellationToken));
        Assert.False(_orders.HasMore);
    }

    [Fact(Timeout = 60_000)]
    public async Task Strategy_leaves_no_order_behind_when_it_is_stopped()
    {
        await _simulator.PublishAsync(Contract, TestContext.Current.CancellationToken);
        Assert.NotNull(await _orders.NextAsync(TestContext.Current.CancellationToken));

        await _stop.CancelAsync();

        Assert.Null(await _orders.NextAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _trading);
    }
}
