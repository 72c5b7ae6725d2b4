using System.Net.ServerSentEvents;
using HedgeTech.Ime.AspNetCore.Board;
using HedgeTech.Ime.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HedgeTech.Ime.AspNetCore;

/// <summary>Serves a <see cref="MarketBoard"/> over HTTP.</summary>
public static class ImeBoardEndpoints
{
    private const string Json = "application/json; charset=utf-8";
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the endpoints of a board: its newest state as JSON, its changes as server-sent events, and its table as CSV.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">
    /// The path: GET <c>pattern</c> returns every contract, <c>pattern/contracts/SAFAB03</c> or <c>pattern/contracts/id:276</c> one of them, <c>pattern/stream</c> the
    /// changes, and <c>pattern/table.csv</c> the table. HEAD returns the headers of each.
    /// </param>
    /// <param name="board">The board; null for the <see cref="MarketBoard"/> of the container, which <c>AddImeFeed</c> registers.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The group of the endpoints, for <c>RequireAuthorization</c>, <c>RequireCors</c>, <c>RequireRateLimiting</c> and the like. Without them, anyone may read the board.</returns>
    /// <remarks>
    /// The JSON and the table have an ETag, so a client that sends it back gets 304 while nothing has changed. Browsers share the work: each change is
    /// written to JSON once, however many there are. A browser that reads slowly gets fewer updates, always with the newest state of each contract, and costs the others nothing. One that
    /// reconnects with <c>Last-Event-ID</c> gets what has changed meanwhile. Streams end when the application stops.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> or <paramref name="pattern"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range. The message names it.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="board"/> is null, and the container has no board.</exception>
    public static RouteGroupBuilder MapImeBoard(this IEndpointRouteBuilder endpoints, string pattern = "/board", MarketBoard? board = null, Action<ImeBoardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ImeBoardOptions given = new();
        configure?.Invoke(given);
        ImeBoardOptions options = given.CopyAndValidate();
        IServiceProvider services = endpoints.ServiceProvider;
        MarketBoard shown = board ?? services.GetService<MarketBoard>()
            ?? throw new InvalidOperationException("The container has no MarketBoard. Call services.AddImeFeed(contracts), or pass the board of a named feed: app.MapImeBoard(\"/board\", app.Services.GetRequiredKeyedService<MarketBoard>(\"name\")).");
        BoardLedger ledger = new(shown);
        BoardTicker ticker = new(shown, ledger, options, services.GetService<TimeProvider>() ?? TimeProvider.System, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        RouteGroupBuilder group = endpoints.MapGroup(pattern).WithTags("Market board");
        RouteGroupBuilder states = group.MapGroup("");
        states.AddEndpointFilter(static (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-cache"; // caches must ask whether the ETag still holds
            return next(context);
        });
        states.MapMethods("", Reading, () => State(ledger))
            .WithSummary("The newest state of every contract.")
            .Produces(StatusCodes.Status200OK)
            .Produces(StatusCodes.Status304NotModified);
        states.MapMethods("contracts/{**contract}", Reading, (string contract) => Contract(contract, ledger))
            .WithSummary("The newest state of one contract, by its name, or by 'id:' and its id.")
            .Produces(StatusCodes.Status200OK)
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound);
        states.MapMethods("table.csv", Reading, () => Table(ledger))
            .WithSummary("The newest state of every contract as a table for Excel.")
            .Produces(StatusCodes.Status200OK)
            .Produces(StatusCodes.Status304NotModified);
        group.MapMethods("stream", Reading, ([FromHeader(Name = "Last-Event-ID")] string? lastEventId, HttpContext context) => Stream(lastEventId, context, ticker))
            .WithSummary("The state of every contract, then its changes, as server-sent events of the type 'update'.");
        return group;
    }

    private static FileContentHttpResult State(BoardLedger ledger)
    {
        BoardState state = ledger.Refresh();
        return TypedResults.Bytes(BoardJson.Of(state), Json, entityTag: ledger.TagOf(state.Version));
    }

    private static Results<FileContentHttpResult, ProblemHttpResult> Contract(string contract, BoardLedger ledger)
    {
        // A slash in a path may arrive escaped: routing leaves that to the endpoint.
        string name = contract.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        ContractKey key = name.StartsWith("id:", StringComparison.Ordinal) ? new ContractKey(ContractKeyKind.Id, name[3..]) : new ContractKey(ContractKeyKind.Name, name);
        if (ledger.Refresh(key) is { } row)
        {
            return TypedResults.Bytes(row.Json, Json, entityTag: ledger.TagOf(row.Version));
        }

        return TypedResults.Problem(
            ledger.Board.Contracts.Contains(key) ? "No message of this contract has been received yet." : "The contract is not on this board.",
            statusCode: StatusCodes.Status404NotFound);
    }

    private static FileContentHttpResult Table(BoardLedger ledger)
    {
        BoardState state = ledger.Refresh();
        return TypedResults.Bytes(BoardTable.Of(state), "text/csv; charset=utf-8", entityTag: ledger.TagOf(state.Version));
    }

    private static ServerSentEventsResult<byte[]> Stream(string? lastEventId, HttpContext context, BoardTicker ticker)
    {
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold updates back
        return TypedResults.ServerSentEvents(HttpMethods.IsHead(context.Request.Method)
            ? AsyncEnumerable.Empty<SseItem<byte[]>>() // only the headers, not a stream that never ends
            : ticker.ReadAsync(lastEventId, context.RequestAborted));
    }
}
