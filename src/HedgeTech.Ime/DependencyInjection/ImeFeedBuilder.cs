using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace HedgeTech.Ime;

/// <summary>Configures a hosted feed further. <c>AddImeFeed</c> of HedgeTech.Ime.Hosting returns it, and other packages extend it.</summary>
/// <remarks>Not thread-safe, as the registration of services is not.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeFeedBuilder
{
    /// <summary>Creates a builder for a feed. Whoever hosts the feed gets its sinks as keyed services of <see cref="SinkKey"/>.</summary>
    /// <param name="services">The services that the feed was added to.</param>
    /// <param name="name">The name of the feed; null if it has none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public ImeFeedBuilder(IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        Services = services;
        Name = name;
    }

    /// <summary>The services that the feed was added to.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The name of the feed; null if it has none.</summary>
    public string? Name { get; }

    /// <summary>The key of the feed's sinks among the services, each of which is an <see cref="IFeedSink"/>.</summary>
    public string SinkKey => $"HedgeTech.Ime feed {Name}";

    /// <summary>Adds a sink that gets every snapshot and event of the feed ahead of its consumer. You dispose of it, after the host.</summary>
    /// <param name="sink">The sink. Not added to another feed, unless it expects calls from both at a time.</param>
    /// <exception cref="ArgumentNullException"><paramref name="sink"/> is null.</exception>
    public ImeFeedBuilder AddSink(IFeedSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Services.AddKeyedSingleton(SinkKey, sink);
        return this;
    }

    /// <summary>Adds a sink that is made when the host starts. The container disposes of it, after the feed has ended.</summary>
    /// <param name="create">Makes the sink.</param>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public ImeFeedBuilder AddSink(Func<IServiceProvider, IFeedSink> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.AddKeyedSingleton(SinkKey, (provider, _) => create(provider));
        return this;
    }

    /// <summary>One line: the name of the feed.</summary>
    public override string ToString() => Name is null ? "the feed without a name" : $"feed {Name}";
}
