using HedgeTech.Ime.Samples.Tests;
using HedgeTech.Ime.Testing;
using PuppeteerSharp;

namespace HedgeTech.Ime.WebBoard.BrowserTests;

/// <summary>Tests the page of the web board in a browser.</summary>
public sealed class PageTests(Browser browser) : IClassFixture<Browser>
{
    private const string AllShown = "#board .contract:nth-child(12):not(.empty)";

    [Theory(Timeout = 120_000)]
    [InlineData("desktop-light", 1440, 900, false, false)]
    [InlineData("desktop-dark", 1440, 900, true, false)]
    [InlineData("tablet-light", 820, 1180, false, false)]
    [InlineData("phone-light", 375, 812, false, true)]
    [InlineData("phone-dark", 375, 812, true, true)]
    public async Task Page_shows_every_contract_in_its_place_and_fits_the_screen(string name, int width, int height, bool isDark, bool isPhone)
    {
        // The simulator publishes for a while, so that the page can show a range of the day. On the phone, the page streams the simulated market of the sample, and says so.
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 60 }, cancellationToken: TestContext.Current.CancellationToken);
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", isPhone ? [] : SampleProgram.Account(simulator), "--urls", "http://127.0.0.1:0");
        Uri address = await AddressAsync(program, TestContext.Current.CancellationToken);
        await simulator.WhenAsync(seen => isPhone || seen.Connections.Sum(static connection => connection.MessagesSent) > 6000, TestContext.Current.CancellationToken);
        (IPage page, List<string> complaints) = await browser.OpenAsync(address, width, height, isDark, isPhone);
        await page.WaitForSelectorAsync("body[data-state=Live]");
        await page.WaitForSelectorAsync(AllShown);
        await page.WaitForSelectorAsync("#board .contract:first-child .fell, #board .contract:first-child .rose");
        await page.WaitForSelectorAsync("#counts div:first-child:not([hidden])");
        await Browser.PictureAsync(page, name);

        int[] widths = await page.EvaluateExpressionAsync<int[]>("[document.documentElement.scrollWidth, innerWidth]");
        widths.Should().Equal(width, width);
        (await TextAsync(page, ".contract:first-child .last")).Should().MatchRegex("^[0-9,]+$");
        (await TextAsync(page, ".contract:first-child .age")).Should().MatchRegex(@"^\d+(\.\d)? s$");
        (await TextAsync(page, ".contract:first-child .depth")).Should().MatchRegex("[0-9]");
        (await page.EvaluateExpressionAsync<string>("getComputedStyle(document.querySelector('.contract:last-child bdi')).direction")).Should().Be("rtl");
        (await page.EvaluateExpressionAsync<string>("getComputedStyle(document.body).backgroundColor")).Should().Be(isDark ? "rgb(14, 19, 24)" : "rgb(244, 246, 248)");
        double[] places = await page.EvaluateExpressionAsync<double[]>("['.track', '.day', '.mark'].flatMap(part => { const box = document.querySelector('.contract ' + part).getBoundingClientRect(); return [box.left, box.right]; })");
        places[2].Should().BeGreaterThanOrEqualTo(places[0]);
        places[3].Should().BeLessThanOrEqualTo(places[1]);
        complaints.Should().BeEmpty();
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Page_shows_interrupted_contracts_and_the_loss_of_its_server_and_recovers()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 2 }, cancellationToken: cancellationToken);
        SampleProgram program = SampleProgram.Start("07-WebBoard", SampleProgram.Account(simulator), "--urls", "http://127.0.0.1:0");
        Uri address = await AddressAsync(program, TestContext.Current.CancellationToken);
        (IPage page, _) = await browser.OpenAsync(address, 1440, 900);
        await page.WaitForSelectorAsync(AllShown);

        await simulator.StopAsync();
        await page.WaitForSelectorAsync("body[data-state=Interrupted] .contract.interrupted");
        await Browser.PictureAsync(page, "interrupted");
        await simulator.StartAgainAsync(cancellationToken);
        await page.WaitForSelectorAsync("body[data-state=Live]");
        await page.ClickAsync("#outages summary");
        await page.WaitForSelectorAsync("#outage-list li");
        (await TextAsync(page, "#outage-count")).Should().Be("1 gap");
        await Browser.PictureAsync(page, "gap");

        await program.DisposeAsync();
        await page.WaitForSelectorAsync("body[data-state=Lost]");
        (await TextAsync(page, "#state")).Should().Contain("No connection");
        await Browser.PictureAsync(page, "lost");
        await using SampleProgram again = SampleProgram.Start("07-WebBoard", SampleProgram.Account(simulator), "--urls", address.GetLeftPart(UriPartial.Authority));
        await page.WaitForSelectorAsync("body[data-state=Live]");
        (await TextAsync(page, "#outage-count")).Should().Be("No gaps");
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_contract_name_is_always_shown_as_text()
    {
        const string Hostile = "<img src=x onerror=document.title='broken'><script>document.title='broken'</script>&amp;\"'";
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { AcceptAnyContract = true }, cancellationToken: TestContext.Current.CancellationToken);
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", SampleProgram.Account(simulator), "--urls", "http://127.0.0.1:0", "--contracts", Hostile);
        (IPage page, List<string> complaints) = await browser.OpenAsync(await AddressAsync(program, TestContext.Current.CancellationToken), 1440, 900);
        await page.WaitForSelectorAsync("#board .contract:not(.empty)");

        (await TextAsync(page, "#board bdi")).Should().Be(Hostile);
        (await page.EvaluateExpressionAsync<int>("document.querySelectorAll('#board img, #board script').length")).Should().Be(0);
        (await page.GetTitleAsync()).Should().Be("IME board");
        complaints.Should().BeEmpty();
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Search_finds_a_name_typed_with_a_Persian_or_an_Arabic_keyboard()
    {
        await using SampleProgram program = SampleProgram.Start("07-WebBoard", [], "--urls", "http://127.0.0.1:0");
        (IPage page, _) = await browser.OpenAsync(await AddressAsync(program, TestContext.Current.CancellationToken), 1440, 900);
        await page.WaitForSelectorAsync(AllShown);

        await page.TypeAsync("#filter", "طلاي كهربا");

        (await page.EvaluateExpressionAsync<int>("document.querySelectorAll('#board .contract:not([hidden])').length")).Should().Be(1);
        await page.CloseAsync();
    }

    private static async Task<Uri> AddressAsync(SampleProgram program, CancellationToken cancellationToken) =>
        new((await program.LineWithAsync("Now listening on", cancellationToken)).Split(": ")[^1]);

    private static Task<string> TextAsync(IPage page, string selector) => page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);
}
