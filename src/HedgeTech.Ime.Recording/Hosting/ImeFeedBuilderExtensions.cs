using HedgeTech.Ime.Recording.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording;

/// <summary>Records hosted feeds.</summary>
public static class ImeFeedBuilderExtensions
{
    /// <summary>
    /// Records a feed that was added by <c>AddImeFeed</c>, from the start of the host to the end of the feed, and adds a health check of the recorder:
    /// <c>ime-recorder</c>, or <c>ime-recorder:gold</c> for the feed <c>gold</c>.
    /// </summary>
    /// <param name="builder">The return value of <c>AddImeFeed</c>.</param>
    /// <param name="folder">The folder, which no other recorder may use at the same time.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// <para>
    /// The recorder is a service: the <see cref="MarketRecorder"/> of the container, or a keyed service with the name of the feed as its key. The container disposes of it
    /// after the feed has ended. The start of the host fails with an <see cref="IOException"/> if another process records to the folder.
    /// </para>
    /// <para>
    /// The health check is unhealthy while nothing can be written. It is degraded for five minutes after a loss, and while the disk is more than ten seconds behind
    /// <see cref="RecordingOptions.FlushInterval"/>. It runs if the application calls <c>AddHealthChecks</c>.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="folder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty or blank, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The feed is recorded already.</exception>
    public static ImeFeedBuilder RecordTo(this ImeFeedBuilder builder, string folder, Action<RecordingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        RecordingOptions given = new();
        configure?.Invoke(given);
        RecordingOptions options = given.CopyAndValidate(nameof(configure));
        string? name = builder.Name;
        if (builder.Services.Any(service => service.ServiceType == typeof(MarketRecorder) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException($"RecordTo was already called for {builder}, and a feed has one recorder. To make a second recording, add a MarketRecorder with AddSink.");
        }

        if (name is null)
        {
            builder.Services.AddSingleton(Create);
        }
        else
        {
            builder.Services.AddKeyedSingleton(name, (provider, _) => Create(provider));
        }

        string check = name is null ? "ime-recorder" : $"ime-recorder:{name}";
        builder.Services.AddKeyedSingleton(check, (provider, _) => new RecorderHealthCheck(RecorderOf(provider), options.FlushInterval, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        builder.Services.Configure<HealthCheckServiceOptions>(health => health.Registrations.Add(new HealthCheckRegistration(
            check,
            provider => provider.GetRequiredKeyedService<RecorderHealthCheck>(check),
            failureStatus: null,
            tags: null)));
        return builder.AddSink(RecorderOf);

        MarketRecorder Create(IServiceProvider provider) => new(folder, options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>());

        MarketRecorder RecorderOf(IServiceProvider provider) =>
            name is null ? provider.GetRequiredService<MarketRecorder>() : provider.GetRequiredKeyedService<MarketRecorder>(name);
    }
}
