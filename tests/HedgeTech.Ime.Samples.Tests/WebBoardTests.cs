using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Samples.Tests;

public sealed class WebBoardTests
{
    private const string Persian = "قرارداد آتی زعفران نگین تحویل دی ماه 1403";
    private static readonly string[] OnFreePort = ["--urls", "http://127.0.0.1:0", "--contracts", $"SAFAB03,{Persian}"];

    [Fact(Timeout = 120_000)]
    public async Task A_browser_gets_the_full_state_when_it_connects_and_then_the_changes()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: cancellationToken);
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", SampleProgram.Account(simulator), OnFreePort);
        Uri board = await AddressAsync(program);
        await simulator.WhenSubscribedAsync(cancellationToken: cancellationToken);
        await simulator.PublishAsync("SAFAB03", cancellationToken);
        await simulator.PublishAsync(Persian, cancellationToken);
        await using (BoardClient early = await BoardClient.OpenAsync(board, cancellationToken))
        {
            await early.UntilAsync(static update => update.GetProperty("status").GetProperty("received").GetInt64() == 2);
        }

        await using BoardClient browser = await BoardClient.OpenAsync(board, cancellationToken);
        JsonElement first = await browser.UntilAsync(static _ => true);

        first.GetProperty("status").GetProperty("state").GetString().Should().Be("Live");
        first.GetProperty("contracts").EnumerateArray().Select(static contract => contract.GetProperty("name").GetString()).Should().Equal("SAFAB03", Persian);
        Rows(first).Should().BeEquivalentTo("SAFAB03", Persian);

        await simulator.PublishAsync(Persian, cancellationToken);
        JsonElement next = await browser.UntilAsync(static update => update.GetProperty("rows").GetArrayLength() > 0);

        Rows(next).Should().Equal(Persian);
        JsonElement snapshot = next.GetProperty("rows")[0].GetProperty("snapshot");
        snapshot.GetProperty("aggregate").GetProperty("tradeCount").GetInt64().Should().Be(2);
        snapshot.GetProperty("bestLimit").GetArrayLength().Should().Be(3);
    }

    [Fact(Timeout = 120_000)]
    public async Task Web_board_shows_an_outage_while_it_lasts_and_lists_it_afterwards()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: cancellationToken);
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", SampleProgram.Account(simulator), OnFreePort);
        Uri board = await AddressAsync(program);
        await using BoardClient browser = await BoardClient.OpenAsync(board, cancellationToken);
        await browser.UntilAsync(static update => State(update) == "Live" && update.GetProperty("rows").GetArrayLength() == 2);

        await simulator.StopAsync();
        await browser.UntilAsync(static update => State(update) == "Interrupted" && update.GetProperty("status").GetProperty("interruptedContracts").GetInt32() == 2);
        await simulator.StartAgainAsync(cancellationToken);
        await browser.UntilAsync(static update => State(update) == "Live");

        using HttpClient http = new() { BaseAddress = board };
        JsonElement about = JsonElement.Parse(await http.GetStringAsync(new Uri("about", UriKind.Relative), cancellationToken));
        JsonElement outage = about.GetProperty("outages").EnumerateArray().Should().ContainSingle().Subject;
        outage.GetProperty("seconds").GetDouble().Should().BePositive();
        outage.GetProperty("contracts").GetInt32().Should().Be(2);
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_browsers_share_one_feed_and_one_that_does_not_read_delays_no_other()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 200 }, cancellationToken: cancellationToken);
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", SampleProgram.Account(simulator), OnFreePort);
        Uri board = await AddressAsync(program);
        using Socket mute = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2048 };
        await mute.ConnectAsync(new IPEndPoint(IPAddress.Loopback, board.Port), cancellationToken);
        await mute.SendAsync(Encoding.ASCII.GetBytes($"GET /board/stream HTTP/1.1\r\nHost: 127.0.0.1:{board.Port}\r\n\r\n"), cancellationToken);
        List<BoardClient> browsers = [];
        for (int i = 0; i < 8; i++)
        {
            browsers.Add(await BoardClient.OpenAsync(board, cancellationToken));
        }

        long[] seen = await Task.WhenAll(browsers.Select(static browser => browser.UntilAsync(static update => Newest(update) > 1000)).Select(static async update => Newest(await update)));

        seen.Should().OnlyContain(static tradeCount => tradeCount > 1000);
        simulator.Logins.Should().ContainSingle();
        simulator.Handshakes.Should().ContainSingle();
        foreach (BoardClient browser in browsers)
        {
            await browser.DisposeAsync();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Web_board_ends_immediately_although_browsers_are_connected()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that another process can send in place of Ctrl+C.");
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", [], OnFreePort);
        await using BoardClient browser = await BoardClient.OpenAsync(await AddressAsync(program), cancellationToken);
        await browser.UntilAsync(static _ => true);

        await program.InterruptAsync(cancellationToken);

        await browser.EndAsync();
        (int exitCode, _, string errors) = await program.EndAsync(cancellationToken);
        errors.Should().BeEmpty();
        exitCode.Should().Be(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Web_board_on_loopback_refuses_other_host_names_and_sends_no_secret()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Username = "s3cret-user", Password = "s3cret-password" }, cancellationToken: cancellationToken);
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", SampleProgram.Account(simulator), OnFreePort);
        Uri board = await AddressAsync(program);
        using HttpClient http = new() { BaseAddress = board };

        using HttpRequestMessage foreign = new(HttpMethod.Get, new Uri("/", UriKind.Relative)) { Headers = { Host = "attacker.example" } };
        (await http.SendAsync(foreign, cancellationToken)).StatusCode.Should().Be(HttpStatusCode.BadRequest);

        using HttpResponseMessage page = await http.GetAsync(new Uri("/", UriKind.Relative), cancellationToken);
        page.StatusCode.Should().Be(HttpStatusCode.OK);
        page.Headers.GetValues("Content-Security-Policy").Single().Should().Contain("default-src 'none'").And.NotContain("unsafe");
        await using BoardClient browser = await BoardClient.OpenAsync(board, cancellationToken);
        StringBuilder sent = new();
        await browser.UntilAsync(update => sent.Append(update.GetRawText()).Length > 5000);
        string token = simulator.Handshakes.Should().ContainSingle().Which.Token!;
        sent.ToString().Should().NotContain("s3cret").And.NotContain(token).And.NotContain(simulator.BaseAddress.Authority);
    }

    [Fact(Timeout = 120_000)]
    public async Task Web_board_listens_on_loopback_by_default()
    {
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", []);

        // Another program may use the default port. Then the sample names the address in its error, which also shows where it listens.
        string said;
        try
        {
            said = await program.LineWithAsync("Now listening on", TestContext.Current.CancellationToken);
        }
        catch (InvalidOperationException taken)
        {
            said = taken.Message;
        }

        said.Should().Contain("http://127.0.0.1:5080");
    }

    private static async Task<Uri> AddressAsync(SampleProgram program) =>
        new((await program.LineWithAsync("Now listening on", TestContext.Current.CancellationToken)).Split(": ")[^1]);

    private static string? State(JsonElement update) => update.GetProperty("status").GetProperty("state").GetString();

    private static IEnumerable<string?> Rows(JsonElement update) => update.GetProperty("rows").EnumerateArray().Select(static row => row.GetProperty("contract").GetProperty("name").GetString());

    private static long Newest(JsonElement update) => update.GetProperty("rows").EnumerateArray().Select(static row => row.GetProperty("snapshot").GetProperty("aggregate").GetProperty("tradeCount").GetInt64()).DefaultIfEmpty(0).Max();
}
