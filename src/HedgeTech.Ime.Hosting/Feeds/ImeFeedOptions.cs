using System.Diagnostics;
using HedgeTech.Ime.Hosting.Feeds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting;

/// <summary>The options of a hosted feed.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeFeedOptions
{
    /// <summary>The name of the client that the feed streams from, as passed to <c>AddImeClient</c>.</summary>
    /// <value>Default: null, the client without a name.</value>
    public string? ClientName { get; set; }

    /// <summary>
    /// Changes how this feed delivers, so that two feeds of one client can differ. It gets a copy of the client's <see cref="ImeClientOptions.Feed"/>.
    /// Called when the host starts, and a second time by the health check of the feed. Add sinks by <see cref="ImeFeedBuilder.AddSink(IFeedSink)"/>, not here.
    /// </summary>
    /// <value>Default: null, the feed uses the options of the client. If set, the source must be an <see cref="ImeClient"/>.</value>
    public Action<FeedOptions>? ConfigureFeed { get; set; }

    /// <summary>What happens to the host when the feed ends unexpectedly.</summary>
    /// <value>Default: <see cref="FeedEndBehavior.StopHost"/>.</value>
    public FeedEndBehavior WhenEnded { get; set; } = FeedEndBehavior.StopHost;

    /// <summary>One line: the client, and what happens when the feed ends.</summary>
    public override string ToString() => $"{(ClientName is null ? "the client" : $"client {ClientName}")}, {WhenEnded} when ended";

    /// <summary>Returns the source of the feed.</summary>
    /// <exception cref="InvalidOperationException">There is no source, or <see cref="ConfigureFeed"/> is set and the source is not an <see cref="ImeClient"/>.</exception>
    /// <exception cref="ArgumentException"><see cref="ConfigureFeed"/> has set an invalid option.</exception>
    internal IMarketDataSource SourceOf(IServiceProvider services, string sinkKey, ContractSet contracts)
    {
        // Made before the client, and so disposed of after it: the container goes backwards, and the client waits for the end of its feeds.
        IFeedSink[] sinks = [.. services.GetKeyedServices<IFeedSink>(sinkKey)];
        IMarketDataSource source = (ClientName is null ? services.GetService<IMarketDataSource>() : services.GetKeyedService<IMarketDataSource>(ClientName))
            ?? throw new InvalidOperationException(ClientName is null
                ? $"No client is registered for the feed of {contracts}. Call services.AddImeClient(…)."
                : $"No client '{ClientName}' is registered for the feed of {contracts}. Call services.AddImeClient(\"{ClientName}\", …).");
        if (ConfigureFeed is null && sinks.Length == 0)
        {
            return source;
        }

        if (source is not ImeClient client)
        {
            return ConfigureFeed is null ? new SinkSource(source, sinks, services.GetRequiredService<ILogger<HostedFeed>>()) : throw new InvalidOperationException(
                $"{nameof(ImeFeedOptions)}.{nameof(ConfigureFeed)} is set for the feed of {contracts}, but its source is {source.GetType().Name}, and only an ImeClient accepts options for a feed.");
        }

        FeedOptions options = client.CreateFeedOptions();
        foreach (IFeedSink sink in sinks)
        {
            options.Sinks.Add(sink);
        }

        ConfigureFeed?.Invoke(options);
        return new OpenedFeed(client.OpenFeed(contracts, options));
    }

    /// <summary>Copies these options and validates each of them.</summary>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and what it must be.</exception>
    internal ImeFeedOptions CopyAndValidate()
    {
        ImeFeedOptions copy = (ImeFeedOptions)MemberwiseClone();
        if (!Enum.IsDefined(copy.WhenEnded))
        {
            throw new ArgumentException($"{nameof(ImeFeedOptions)}.{nameof(WhenEnded)} is {copy.WhenEnded}, but must be one of: {string.Join(", ", Enum.GetNames<FeedEndBehavior>())}.");
        }

        return copy.ClientName is null || !string.IsNullOrWhiteSpace(copy.ClientName)
            ? copy
            : throw new ArgumentException($"{nameof(ImeFeedOptions)}.{nameof(ClientName)} is empty or blank, but must be null or the name of a client.");
    }
}
