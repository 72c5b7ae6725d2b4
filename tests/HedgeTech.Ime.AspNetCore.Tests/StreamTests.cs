using System.Net.ServerSentEvents;
using System.Text.Json;
using HedgeTech.Ime.AspNetCore.Board;
using HedgeTech.Ime.Hosting;
using HedgeTech.Ime.Hosting.Tests;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.AspNetCore.Tests;

/// <summary>Tests what the server sends to one browser. The test advances the clock.</summary>
public sealed class StreamTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly ScriptedSource _feed = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly CancellationTokenSource _application = new();
    private readonly MarketBoard _board;
    private readonly BoardTicker _ticker;

    public StreamTests()
    {
        _board = new MarketBoard(ContractSet.ByName("SAFAB03", "ETCDY03"), timeProvider: _time);
        _ = _board.RunAsync(_feed, _stop.Token);
        _ticker = new BoardTicker(_board, new BoardLedger(_board), new ImeBoardOptions(), _time, _application.Token);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_gets_the_full_state_and_then_only_the_changed_contracts()
    {
        await PutAsync("SAFAB03", 1);
        await PutAsync("ETCDY03", 1);
        await using IAsyncEnumerator<SseItem<byte[]>> browser = Open();

        JsonElement first = await NextAsync(browser);
        first.GetProperty("contracts").EnumerateArray().Select(static contract => contract.GetProperty("name").GetString()).Should().Equal("ETCDY03", "SAFAB03");
        Rows(first).Should().Equal(("ETCDY03", 1), ("SAFAB03", 1));
        browser.Current.EventType.Should().Be("update");
        browser.Current.ReconnectionInterval.Should().Be(TimeSpan.FromSeconds(1));

        await PutAsync("SAFAB03", 2);
        JsonElement next = await AdvancedAsync(browser, Tick);
        next.TryGetProperty("contracts", out _).Should().BeFalse();
        Rows(next).Should().Equal(("SAFAB03", 2));
        next.GetProperty("status").GetProperty("received").GetInt64().Should().Be(3);
    }

    [Fact]
    public async Task A_slow_browser_gets_only_the_newest_state_of_each_contract_and_only_once()
    {
        await using IAsyncEnumerator<SseItem<byte[]>> slow = Open();
        await using IAsyncEnumerator<SseItem<byte[]>> quick = Open();
        await NextAsync(slow);
        await NextAsync(quick);
        for (int trade = 1; trade <= 20; trade++)
        {
            await PutAsync("SAFAB03", trade);
            await PutAsync("ETCDY03", 2 * trade);
            Rows(await AdvancedAsync(quick, Tick)).Should().Equal(("ETCDY03", 2 * trade), ("SAFAB03", trade));
        }

        Rows(await NextAsync(slow)).Should().Equal(("ETCDY03", 40), ("SAFAB03", 20));
        await PutAsync("SAFAB03", 21);
        Rows(await AdvancedAsync(slow, Tick)).Should().Equal(("SAFAB03", 21));
    }

    [Fact]
    public async Task Browsers_that_keep_up_share_one_message()
    {
        await using IAsyncEnumerator<SseItem<byte[]>> one = Open();
        await using IAsyncEnumerator<SseItem<byte[]>> two = Open();
        await NextAsync(one);
        await NextAsync(two);
        one.Current.Data.Should().BeSameAs(two.Current.Data);

        await PutAsync("SAFAB03", 1);
        await AdvancedAsync(one, Tick);
        await NextAsync(two);

        one.Current.Data.Should().BeSameAs(two.Current.Data);
    }

    [Fact]
    public async Task A_browser_that_reconnects_gets_the_contracts_that_changed_since_its_last_event()
    {
        await PutAsync("SAFAB03", 1);
        await PutAsync("ETCDY03", 1);
        IAsyncEnumerator<SseItem<byte[]>> browser = Open();
        await NextAsync(browser);
        string seen = browser.Current.EventId!;
        await using IAsyncEnumerator<SseItem<byte[]>> other = Open();
        await NextAsync(other);
        await browser.DisposeAsync();
        await PutAsync("ETCDY03", 2);
        await AdvancedAsync(other, Tick);

        await using IAsyncEnumerator<SseItem<byte[]>> back = Open(seen);
        Rows(await NextAsync(back)).Should().Equal(("ETCDY03", 2));

        foreach (string unknown in (string[])["", "1", "0123456789ab-1", seen[..12] + "-999999", seen[..12] + "-x", seen[..12]])
        {
            await using IAsyncEnumerator<SseItem<byte[]>> stranger = Open(unknown);
            Rows(await NextAsync(stranger)).Should().HaveCount(2, "'{0}' is not a version of this process", unknown);
        }
    }

    [Fact]
    public async Task A_quiet_board_sends_only_heartbeats_when_they_are_due()
    {
        await PutAsync("SAFAB03", 1);
        await using IAsyncEnumerator<SseItem<byte[]>> browser = Open();
        await NextAsync(browser);

        DateTimeOffset before = _time.GetUtcNow();
        JsonElement beat = await AdvancedAsync(browser, Tick);

        Rows(beat).Should().BeEmpty();
        (beat.GetProperty("status").GetProperty("now").GetDateTimeOffset() - before).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5) - Tick);
    }

    [Fact]
    public async Task A_stream_ends_when_the_application_stops()
    {
        await using IAsyncEnumerator<SseItem<byte[]>> browser = Open();
        await NextAsync(browser);

        await _application.CancelAsync();

        (await browser.MoveNextAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task A_browser_reads_the_stream_over_http_and_resumes_with_the_header()
    {
        await using BoardHost host = await BoardHost.StartAsync(ContractSet.ByName("SAFAB03", "ETCDY03"));
        await host.PutAsync(ScriptedSource.Snapshot("SAFAB03", 1), ScriptedSource.Snapshot("ETCDY03", 1));

        SseItem<string> first = await FirstAsync(null);
        first.EventType.Should().Be("update");
        Rows(JsonElement.Parse(first.Data)).Should().HaveCount(2);
        Rows(JsonElement.Parse((await FirstAsync(first.EventId)).Data)).Should().BeEmpty("no contract has changed since the last event");

        async Task<SseItem<string>> FirstAsync(string? lastEventId)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/board/stream");
            if (lastEventId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastEventId);
            }

            using HttpResponseMessage answer = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            answer.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
            await using Stream stream = await answer.Content.ReadAsStreamAsync(Cancellation);
            return await SseParser.Create(stream).EnumerateAsync(Cancellation).FirstAsync(Cancellation);
        }
    }

    public void Dispose()
    {
        _application.Cancel();
        _application.Dispose();
        _stop.Cancel();
        _stop.Dispose();
    }

    private static async Task<JsonElement> NextAsync(IAsyncEnumerator<SseItem<byte[]>> browser)
    {
        (await browser.MoveNextAsync()).Should().BeTrue();
        return JsonElement.Parse(browser.Current.Data);
    }

    private static IEnumerable<(string? Contract, decimal Price)> Rows(JsonElement update) => update.GetProperty("rows").EnumerateArray()
        .Select(static row => (row.GetProperty("contract").GetProperty("name").GetString(), row.GetProperty("snapshot").GetProperty("lastPrice").GetDecimal()));

    private IAsyncEnumerator<SseItem<byte[]>> Open(string? lastEventId = null) => _ticker.ReadAsync(lastEventId, Cancellation).GetAsyncEnumerator(Cancellation);

    // Advances the time until the update arrives, because the ticker may still be writing the previous tick at the first advance.
    private async Task<JsonElement> AdvancedAsync(IAsyncEnumerator<SseItem<byte[]>> browser, TimeSpan step)
    {
        Task<JsonElement> next = NextAsync(browser);
        while (!next.IsCompleted)
        {
            _time.Advance(step);
            await Task.WhenAny(next, Task.Delay(1, Cancellation));
        }

        return await next;
    }

    private async Task PutAsync(string contract, decimal price)
    {
        _feed.Say(ScriptedSource.Snapshot(contract, price));
        await _board.WaitForAsync(ContractKey.Name(contract), snapshot => snapshot.LastPrice == price, Cancellation);
    }
}
