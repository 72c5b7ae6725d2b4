using System.Net.ServerSentEvents;
using HedgeTech.Ime.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WebBoard;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>What one browser is sent, by a clock that the test moves.</summary>
public sealed class BoardStreamTests : IDisposable
{
    private readonly ScriptedEvents _feed = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly MarketBoard _board;
    private readonly BoardStream _stream;

    public BoardStreamTests()
    {
        _board = new MarketBoard(ContractSet.ByName("SAFAB03", "ETCDY03"), timeProvider: _time);
        OutageLog outages = new(_feed);
        _ = _board.RunAsync(outages, _stop.Token);
        _stream = new BoardStream(_board, outages, _lifetime, _time, isSimulated: false);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_browser_that_was_slow_is_sent_the_newest_state_of_each_contract_once_and_nothing_in_between()
    {
        await using IAsyncEnumerator<SseItem<BoardUpdate>> browser = _stream.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await browser.MoveNextAsync();
        for (int trade = 1; trade <= 1000; trade++)
        {
            _feed.Say(Snapshot("SAFAB03", trade), Snapshot("ETCDY03", 2 * trade));
        }

        await _board.WaitForAsync(ContractKey.Name("ETCDY03"), static snapshot => snapshot.Aggregate.TradeCount == 2000, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(60));
        await browser.MoveNextAsync();

        browser.Current.Data.Rows.Select(static row => (row.Contract, row.TradeCount)).Should().BeEquivalentTo([("SAFAB03", (long?)1000), ("ETCDY03", 2000)]);
        _time.Advance(TimeSpan.FromSeconds(1));
        await browser.MoveNextAsync();
        browser.Current.Data.Rows.Should().BeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Board_stream_ends_when_the_application_stops()
    {
        await using IAsyncEnumerator<SseItem<BoardUpdate>> browser = _stream.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await browser.MoveNextAsync();

        _lifetime.StopApplication();

        (await browser.MoveNextAsync()).Should().BeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unreadable_value_and_an_empty_side_are_null_and_not_zero()
    {
        _feed.Say(Snapshot("SAFAB03", 1) with { Unavailable = SnapshotFields.TotalVolume });
        await _board.WaitForAsync(ContractKey.Name("SAFAB03"), static _ => true, TestContext.Current.CancellationToken);
        await using IAsyncEnumerator<SseItem<BoardUpdate>> browser = _stream.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        await browser.MoveNextAsync();

        ContractRow row = browser.Current.Data.Rows.Should().ContainSingle().Subject;
        row.Volume.Should().BeNull();
        row.Last.Should().BeNull();
        row.Depth[0].AskPrice.Should().BeNull();
        row.Depth[0].BidPrice.Should().Be(80800);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static MarketSnapshot Snapshot(string contract, long tradeCount) => new()
    {
        Contract = ContractKey.Name(contract),
        BestLimit = new BestLimit(new BestLimitLevel(4, 80800, 0, 0), default, default),
        Aggregate = new Aggregate { TradeCount = tradeCount },
    };
}
