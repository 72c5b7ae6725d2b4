using System.Diagnostics;
using HedgeTech.Ime.Hosting.Feeds;
using Microsoft.Extensions.DependencyInjection;

namespace HedgeTech.Ime.Hosting;

/// <summary>How a hosted feed runs.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeFeedOptions
{
    /// <summary>The name of the client it streams from, as given to <c>AddImeClient</c>.</summary>
    /// <value>Default: null, the client without a name.</value>
    public string? ClientName { get; set; }

    /// <summary>
    /// Changes how this feed delivers: it is given a copy of the client's <see cref="ImeClientOptions.Feed"/>, so that two feeds of one client can differ.
    /// Called when the host starts, and once more by the health check of the feed.
    /// </summary>
    /// <value>Default: null, the feed delivers as the client says. Otherwise the source must be an <see cref="ImeClient"/>.</value>
    public Action<FeedOptions>? ConfigureFeed { get; set; }

    /// <summary>What happens to the host when the feed ends though nobody asked it to.</summary>
    /// <value>Default: <see cref="FeedEndBehavior.StopHost"/>.</value>
    public FeedEndBehavior WhenEnded { get; set; } = FeedEndBehavior.StopHost;

    /// <summary>One line: whose client, and what its end does.</summary>
    public override string ToString() => $"{(ClientName is null ? "the client" : $"client {ClientName}")}, {WhenEnded} when ended";

    /// <summary>The source of the feed.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it is not a client, whose feeds alone take options.</exception>
    /// <exception cref="ArgumentException"><see cref="ConfigureFeed"/> has set a wrong option.</exception>
    internal IMarketDataSource SourceOf(IServiceProvider services, ContractSet contracts)
    {
        IMarketDataSource source = (ClientName is null ? services.GetService<IMarketDataSource>() : services.GetKeyedService<IMarketDataSource>(ClientName))
            ?? throw new InvalidOperationException(ClientName is null
                ? $"No client is registered that the feed of {contracts} could stream from. Call services.AddImeClient(…)."
                : $"No client '{ClientName}' is registered that the feed of {contracts} could stream from. Call services.AddImeClient(\"{ClientName}\", …).");
        if (ConfigureFeed is null)
        {
            return source;
        }

        if (source is not ImeClient client)
        {
            throw new InvalidOperationException($"{nameof(ImeFeedOptions)}.{nameof(ConfigureFeed)} is set for the feed of {contracts}, but its source is {source.GetType().Name}, and only an ImeClient takes options for a feed.");
        }

        FeedOptions options = client.CreateFeedOptions();
        ConfigureFeed(options);
        return new OpenedFeed(client.OpenFeed(contracts, options));
    }

    /// <summary>A copy of these options, every one of them checked.</summary>
    /// <exception cref="ArgumentException">One is wrong: the message names it, its value and what it must be.</exception>
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
