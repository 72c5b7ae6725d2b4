using HedgeTech.Ime.Hosting;
using HedgeTech.Ime.Hosting.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.AspNetCore.Tests;

/// <summary>A real server with a board. The test fills the board and advances the clock.</summary>
internal sealed class BoardHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private BoardHost(WebApplication app, MarketBoard board, FakeTimeProvider time)
    {
        App = app;
        Board = board;
        Time = time;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        _ = board.RunAsync(Source, _stop.Token);
    }

    public WebApplication App { get; }

    public MarketBoard Board { get; }

    public FakeTimeProvider Time { get; }

    public ScriptedSource Source { get; } = new();

    public HttpClient Http { get; }

    public static async Task<BoardHost> StartAsync(
        ContractSet contracts, Action<IServiceCollection>? services = null, Action<WebApplication>? middleware = null, Action<RouteGroupBuilder>? group = null)
    {
        FakeTimeProvider time = new();
        MarketBoard board = new(contracts, timeProvider: time);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(board);
        builder.Services.AddSingleton<TimeProvider>(time);
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        middleware?.Invoke(app);
        RouteGroupBuilder mapped = app.MapImeBoard("/board");
        group?.Invoke(mapped);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new BoardHost(app, board, time);
    }

    /// <summary>Puts snapshots on the board and waits until the board has them.</summary>
    public async Task PutAsync(params MarketSnapshot[] snapshots)
    {
        long before = Board.Statistics.Received;
        foreach (MarketSnapshot snapshot in snapshots)
        {
            Source.Say(snapshot);
        }

        await foreach (MarketSnapshot _ in Board.ReadAsync(TestContext.Current.CancellationToken))
        {
            if (Board.Statistics.Received == before + snapshots.Length && Board[snapshots[^1].Contract] == snapshots[^1])
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _stop.CancelAsync();
        await App.DisposeAsync();
        _stop.Dispose();
    }
}
