using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using HedgeTech.Ime.Hosting.Tests;

namespace HedgeTech.Ime.AspNetCore.Tests;

/// <summary>Tests the endpoints that return the newest state as JSON.</summary>
public sealed class StateTests
{
    private const string WithSlashes = "اختيارخ اهرم-13000-1403/08/30";
    private static readonly ContractSet Contracts = [ContractKey.Name("SAFDY03"), ContractKey.Name("SAFAB03"), ContractKey.Id("276"), ContractKey.Name(WithSlashes)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_board_lists_every_contract_in_the_order_of_commodity_and_delivery_month()
    {
        await using BoardHost host = await BoardHost.StartAsync(Contracts);
        MarketSnapshot future = ScriptedSource.Snapshot("SAFAB03", 792_700) with { Timestamp = new DateTimeOffset(2024, 11, 18, 12, 0, 0, TimeSpan.FromHours(3.5)) };
        await host.PutAsync(ScriptedSource.Snapshot("SAFDY03", 1), future);

        JsonElement state = await JsonAsync(host, "/board");

        state.GetProperty("rows").EnumerateArray().Select(static row => row.GetProperty("contract").GetProperty("name").GetString()).Should().Equal("SAFAB03", "SAFDY03");
        JsonElement row = state.GetProperty("rows")[0];
        row.GetProperty("code").GetRawText().Should().Be("""{"commodity":"SAF","kind":"Future","delivery":"1403/08","strike":null}""");
        row.GetProperty("jalaliDate").GetString().Should().Be("1403/08/28");
        row.GetProperty("isInterrupted").GetBoolean().Should().BeFalse();
        JsonSerializer.Deserialize<MarketSnapshot>(row.GetProperty("snapshot").GetRawText()).Should().Be(future, "the row contains the documented JSON of a snapshot");
    }

    [Fact]
    public async Task An_unchanged_state_is_answered_with_304()
    {
        await using BoardHost host = await BoardHost.StartAsync(Contracts);
        await host.PutAsync(ScriptedSource.Snapshot("SAFAB03", 1));
        foreach (string path in (string[])["/board", "/board/contracts/SAFAB03", "/board/table.csv"])
        {
            using HttpResponseMessage first = await host.Http.GetAsync(path, Cancellation);
            first.StatusCode.Should().Be(HttpStatusCode.OK);
            first.Headers.CacheControl!.NoCache.Should().BeTrue();
            (await AgainAsync(path, first.Headers.ETag!)).StatusCode.Should().Be(HttpStatusCode.NotModified);

            await host.PutAsync(ScriptedSource.Snapshot("SAFDY03", 1 + host.Board.Statistics.Received));
            (await AgainAsync(path, first.Headers.ETag!)).StatusCode.Should().Be(path.Contains("SAFAB03", StringComparison.Ordinal) ? HttpStatusCode.NotModified : HttpStatusCode.OK);
            await host.PutAsync(ScriptedSource.Snapshot("SAFAB03", 1 + host.Board.Statistics.Received));
            (await AgainAsync(path, first.Headers.ETag!)).StatusCode.Should().Be(HttpStatusCode.OK);
        }

        async Task<HttpResponseMessage> AgainAsync(string path, EntityTagHeaderValue tag)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { IfNoneMatch = { tag } } };
            return await host.Http.SendAsync(request, Cancellation);
        }
    }

    [Theory]
    [InlineData("/board", HttpStatusCode.OK)]
    [InlineData("/board/contracts/SAFAB03", HttpStatusCode.OK)]
    [InlineData("/board/contracts/SAFDY03", HttpStatusCode.NotFound)]
    [InlineData("/board/table.csv", HttpStatusCode.OK)]
    [InlineData("/board/stream", HttpStatusCode.OK)]
    public async Task HEAD_returns_the_headers_of_GET_and_ends(string path, HttpStatusCode status)
    {
        await using BoardHost host = await BoardHost.StartAsync(Contracts);
        await host.PutAsync(ScriptedSource.Snapshot("SAFAB03", 1));
        using HttpResponseMessage get = await host.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using HttpRequestMessage request = new(HttpMethod.Head, path);

        using HttpResponseMessage head = await host.Http.SendAsync(request, Cancellation);

        head.StatusCode.Should().Be(status);
        (await head.Content.ReadAsByteArrayAsync(Cancellation)).Should().BeEmpty();
        Headers(head).Should().BeEquivalentTo(Headers(get));

        static IEnumerable<string> Headers(HttpResponseMessage response) => response.Headers.Concat(response.Content.Headers)
            .Where(static header => header.Key is not ("Date" or "Transfer-Encoding"))
            .Select(static header => $"{header.Key}: {string.Join(", ", header.Value)}");
    }

    [Fact]
    public async Task A_contract_is_found_by_name_by_id_and_with_slashes_in_its_name()
    {
        await using BoardHost host = await BoardHost.StartAsync(Contracts);
        await host.PutAsync(
            ScriptedSource.Snapshot("SAFAB03", 1),
            ScriptedSource.Snapshot("SAFAB03", 2) with { Contract = ContractKey.Id("276") },
            ScriptedSource.Snapshot(WithSlashes, 3));

        (await PriceAsync("SAFAB03")).Should().Be(1);
        (await PriceAsync("id:276")).Should().Be(2);
        (await PriceAsync(WithSlashes)).Should().Be(3);
        (await PriceAsync(Uri.EscapeDataString(WithSlashes))).Should().Be(3);

        async Task<decimal> PriceAsync(string contract) =>
            (await JsonAsync(host, $"/board/contracts/{contract}")).GetProperty("snapshot").GetProperty("lastPrice").GetDecimal();
    }

    [Fact]
    public async Task A_contract_without_a_snapshot_and_an_unknown_contract_are_not_found()
    {
        await using BoardHost host = await BoardHost.StartAsync(Contracts);

        (await ProblemAsync("SAFAB03")).Should().Be("No message of this contract has been received yet.");
        (await ProblemAsync("KBAZ03")).Should().Be("The contract is not on this board.");
        (await ProblemAsync("id:")).Should().Be("The contract is not on this board.");

        async Task<string?> ProblemAsync(string contract)
        {
            using HttpResponseMessage answer = await host.Http.GetAsync($"/board/contracts/{contract}", Cancellation);
            answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).GetProperty("detail").GetString();
        }
    }

    [Fact]
    public async Task An_interruption_changes_the_ETag_of_the_state()
    {
        await using BoardHost host = await BoardHost.StartAsync(ContractSet.ByName("SAFAB03"));
        await host.PutAsync(ScriptedSource.Snapshot("SAFAB03", 1));
        string before = (await host.Http.GetAsync("/board", Cancellation)).Headers.ETag!.Tag;

        host.Source.Say(new FeedInterrupted { Connection = 1, Contracts = ContractSet.ByName("SAFAB03"), Reason = InterruptionReason.Closed });
        await host.PutAsync(ScriptedSource.Snapshot("SAFAB03", 2));

        JsonElement state = await JsonAsync(host, "/board");
        state.GetProperty("state").GetString().Should().Be("Interrupted");
        state.GetProperty("rows")[0].GetProperty("isInterrupted").GetBoolean().Should().BeTrue();
        (await host.Http.GetAsync("/board", Cancellation)).Headers.ETag!.Tag.Should().NotBe(before);
    }

    private static async Task<JsonElement> JsonAsync(BoardHost host, string path)
    {
        using HttpResponseMessage answer = await host.Http.GetAsync(path, Cancellation);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, path);
        answer.Content.Headers.ContentType!.ToString().Should().Be("application/json; charset=utf-8");
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
