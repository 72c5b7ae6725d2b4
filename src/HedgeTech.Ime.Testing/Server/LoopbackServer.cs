using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HedgeTech.Ime.Testing.Server;

/// <summary>Kestrel on 127.0.0.1, from start to stop. As a guest in the user's process, it does not read a configuration, does not log and does not handle signals.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    /// <summary>Far above any limit of the service, so that the simulator decides what is too long.</summary>
    private const int LongestRequestLine = 4 * 1024 * 1024;

    private static readonly TimeSpan StopWithin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PortRetry = TimeSpan.FromMilliseconds(50);

    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application, int port)
    {
        _application = application;
        Port = port;
    }

    public int Port { get; }

    public static async Task<LoopbackServer> StartAsync(int port, X509Certificate2? certificate, RequestDelegate answer, CancellationToken cancellationToken)
    {
        // A port that was just released may briefly be in use for someone's outgoing connection.
        for (int attempt = 1; ; attempt++)
        {
            WebApplication application = Build(port, certificate);
            application.Run(answer);
            try
            {
                await application.StartAsync(cancellationToken).ConfigureAwait(false);
                ICollection<string> addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
                return new LoopbackServer(application, new Uri(addresses.First()).Port);
            }
            catch (IOException failure) when (failure.InnerException is not null && port != 0 && attempt < 20)
            {
                await application.DisposeAsync().ConfigureAwait(false);
                await Task.Delay(PortRetry, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await application.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Stops within about half a second, regardless of the clients.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource bound = new(StopWithin, TimeProvider.System);
        await _application.StopAsync(bound.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(int port, X509Certificate2? certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        builder.WebHost.UseKestrelCore();
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxRequestHeadersTotalSize = LongestRequestLine;
            kestrel.Limits.MaxRequestBufferSize = 2 * LongestRequestLine;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;

            // A write completes when the operating system has the data, so that what counts as sent really is.
            kestrel.Limits.MaxResponseBufferSize = 0;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        return builder.Build();
    }

    /// <summary>Does not take part in the lifetime of the process. The usual implementation would take Ctrl+C away from the program that runs the simulator.</summary>
    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
