using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using HedgeTech.Ime.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.AspNetCore.Tests;

/// <summary>The features of ASP.NET Core work on the endpoints, and mistakes are reported at startup.</summary>
public sealed class EndpointsTests
{
    private static readonly string[] Paths = ["/board", "/board/contracts/SAFAB03", "/board/table.csv", "/board/stream"];
    private static readonly ContractSet Contracts = ContractSet.ByName("SAFAB03");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Authorization_on_the_group_protects_every_endpoint()
    {
        await using BoardHost host = await BoardHost.StartAsync(
            Contracts,
            static services =>
            {
                services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("test", null);
                services.AddAuthorization();
            },
            static app => app.UseAuthentication().UseAuthorization(),
            static group => group.RequireAuthorization());

        foreach (string path in Paths)
        {
            (await host.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, path);
            using HttpRequestMessage head = new(HttpMethod.Head, path);
            (await host.Http.SendAsync(head, Cancellation)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, path);
        }

        host.Http.DefaultRequestHeaders.Add("X-User", "one");
        (await host.Http.GetAsync("/board", Cancellation)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Rate_limits_and_CORS_on_the_group_apply_to_the_endpoints()
    {
        await using BoardHost host = await BoardHost.StartAsync(
            Contracts,
            static services =>
            {
                services.AddRateLimiter(static limiter =>
                {
                    limiter.RejectionStatusCode = StatusCodes429;
                    limiter.AddFixedWindowLimiter("two", static window => (window.PermitLimit, window.Window) = (2, TimeSpan.FromHours(1)));
                });
                services.AddCors(static cors => cors.AddPolicy("page", static policy => policy.WithOrigins("https://page.example")));
            },
            static app => app.UseCors().UseRateLimiter(),
            static group => group.RequireRateLimiting("two").RequireCors("page"));
        host.Http.DefaultRequestHeaders.Add("Origin", "https://page.example");

        using HttpResponseMessage first = await host.Http.GetAsync("/board", Cancellation);
        first.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal("https://page.example");
        (await host.Http.GetAsync("/board/table.csv", Cancellation)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await host.Http.GetAsync("/board", Cancellation)).StatusCode.Should().Be((HttpStatusCode)StatusCodes429);
    }

    [Fact]
    public async Task OpenAPI_describes_every_endpoint()
    {
        await using BoardHost host = await BoardHost.StartAsync(Contracts, static services => services.AddOpenApi(), static app => app.MapOpenApi());

        JsonElement paths = JsonElement.Parse(await host.Http.GetStringAsync("/openapi/v1.json", Cancellation)).GetProperty("paths");

        paths.EnumerateObject().Select(static path => path.Name).Should().BeEquivalentTo("/board", "/board/contracts/{contract}", "/board/table.csv", "/board/stream");
        paths.GetProperty("/board/contracts/{contract}").GetProperty("get").GetProperty("parameters")[0].GetProperty("name").GetString().Should().Be("contract");
        paths.GetProperty("/board/table.csv").GetProperty("get").GetProperty("responses").EnumerateObject().Select(static response => response.Name).Should().Contain("200").And.Contain("304");
        paths.GetProperty("/board/stream").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Single().Name.Should().Be("text/event-stream");
    }

    [Fact]
    public void A_missing_board_and_an_option_out_of_range_are_reported_at_startup()
    {
        WebApplication app = WebApplication.CreateSlimBuilder().Build();
        MarketBoard board = new(Contracts);

        FluentActions.Invoking(() => app.MapImeBoard()).Should().Throw<InvalidOperationException>().WithMessage("*AddImeFeed*");
        FluentActions.Invoking(() => app.MapImeBoard("/a", board, static options => options.UpdateInterval = TimeSpan.Zero))
            .Should().Throw<ArgumentException>().WithMessage("ImeBoardOptions.UpdateInterval is 00:00:00, but must be from 00:00:00.0100000 to 00:01:00.");
        FluentActions.Invoking(() => app.MapImeBoard("/a", board, static options => options.HeartbeatInterval = TimeSpan.Zero)).Should().Throw<ArgumentException>().WithMessage("*HeartbeatInterval*");
        FluentActions.Invoking(() => app.MapImeBoard("/a", board)).Should().NotThrow();
        new ImeBoardOptions().ToString().Should().Be("changes every 00:00:00.2500000, a heartbeat after 00:00:05");
    }

    private const int StatusCodes429 = 429;

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["X-User"] is [var user]
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user!)], "test")), "test"))
                : AuthenticateResult.NoResult());
    }
}
