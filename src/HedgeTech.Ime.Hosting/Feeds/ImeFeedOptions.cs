using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace HedgeTech.Ime.Hosting;

/// <summary>How a hosted feed runs.</summary>
/// <remarks>How it delivers is a matter of the client: <see cref="ImeClientOptions.Feed"/>.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeFeedOptions
{
    /// <summary>The name of the client it streams from, as given to <c>AddImeClient</c>.</summary>
    /// <value>Default: null, the client without a name.</value>
    public string? ClientName { get; set; }

    /// <summary>What happens to the host when the feed ends though nobody asked it to.</summary>
    /// <value>Default: <see cref="FeedEndBehavior.StopHost"/>.</value>
    public FeedEndBehavior WhenEnded { get; set; } = FeedEndBehavior.StopHost;

    /// <summary>One line: whose client, and what its end does.</summary>
    public override string ToString() => $"{(ClientName is null ? "the client" : $"client {ClientName}")}, {WhenEnded} when ended";

    /// <summary>The source of the feed.</summary>
    internal IMarketDataSource SourceOf(IServiceProvider services) =>
        (ClientName is null ? services.GetService<IMarketDataSource>() : services.GetKeyedService<IMarketDataSource>(ClientName))
        ?? throw new InvalidOperationException(ClientName is null
            ? "There is no client that the feed could stream from; add one by services.AddImeClient(…)."
            : $"There is no client '{ClientName}' that the feed could stream from; add it by services.AddImeClient(\"{ClientName}\", …).");

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
