using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording;

/// <summary>Records hosted feeds.</summary>
public static class ImeFeedBuilderExtensions
{
    /// <summary>Records a feed that was added by <c>AddImeFeed</c>, from the start of the host to the end of the feed.</summary>
    /// <param name="builder">What <c>AddImeFeed</c> returned.</param>
    /// <param name="folder">The folder. One recorder at a time writes to it.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// The recorder is a service: the <see cref="MarketRecorder"/> of the container, or a keyed service with the name of the feed as its key. The container disposes of it,
    /// after the feed has ended. The start of the host fails with an <see cref="IOException"/> if another process records to the folder.
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
            throw new InvalidOperationException($"RecordTo was called for {builder} already, and a feed has one recorder. To write a second one, add a MarketRecorder by AddSink.");
        }

        if (name is null)
        {
            builder.Services.AddSingleton(Create);
        }
        else
        {
            builder.Services.AddKeyedSingleton(name, (provider, _) => Create(provider));
        }

        return builder.AddSink(RecorderOf);

        MarketRecorder Create(IServiceProvider provider) => new(folder, options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>());

        MarketRecorder RecorderOf(IServiceProvider provider) =>
            name is null ? provider.GetRequiredService<MarketRecorder>() : provider.GetRequiredKeyedService<MarketRecorder>(name);
    }
}
