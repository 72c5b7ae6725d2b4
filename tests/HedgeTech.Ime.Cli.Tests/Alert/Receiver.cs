using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>An HTTP server on loopback that keeps what was posted to it and answers as a test wants.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Post> _posts = [];
    private readonly SemaphoreSlim _arrived = new(0);

    private Receiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IReadOnlyCollection<Post> Posts => _posts;

    /// <summary>Starts a server.</summary>
    /// <param name="answer">Answers a request, whose number begins with 1.</param>
    public static async Task<Receiver> StartAsync(Func<int, HttpContext, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Receiver receiver = new(builder.Build());
        int count = 0;
        receiver._app.Run(async context =>
        {
            using StreamReader body = new(context.Request.Body, Encoding.UTF8);
            receiver._posts.Enqueue(new Post(context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.ContentType, await body.ReadToEndAsync(context.RequestAborted)));
            await answer(Interlocked.Increment(ref count), context);
            receiver._arrived.Release();
        });
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Waits until another request was answered.</summary>
    public Task WhenAnsweredAsync() => _arrived.WaitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    /// <summary>A request.</summary>
    internal sealed record Post(string Method, string Target, string? ContentType, string Body);
}
