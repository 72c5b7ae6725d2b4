using System.Diagnostics;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Streaming.Supervision;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HedgeTech.Ime;

/// <summary>The client of one account: streams live market data of the Iran Mercantile Exchange.</summary>
/// <remarks>
/// Thread-safe. One client serves a whole application: its streams share one token and one way out to the network, for the service binds a token
/// to the address and headers it was issued to. Disposing it ends its streams, and waits until nothing of them is left.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeClient : IMarketDataSource, IAsyncDisposable, IDisposable
{
    /// <summary>The longest that closing the connections may take.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    private readonly ImeClientOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly FeedServices _services;
    private readonly OpenFeeds _openFeeds = new();

    /// <summary>A client with the given options. Connects to nothing yet.</summary>
    /// <param name="options">Copied and validated; changes after that have no effect.</param>
    /// <param name="loggerFactory">Where it logs; nowhere if null.</param>
    /// <param name="timeProvider">Its clock and timers; the system's if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is wrong; the message names it, its value unless it is a secret, and the bound.</exception>
    public ImeClient(ImeClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
        : this(options, http: null, loggerFactory, timeProvider)
    {
    }

    /// <summary>A client that sends everything through the given pipeline; through a handler of its own if that is null. It disposes of the invoker. Its name is for telemetry.</summary>
    internal ImeClient(ImeClientOptions options, HttpMessageInvoker? http, ILoggerFactory? loggerFactory, TimeProvider? timeProvider, string? name = null, NetworkWatch? network = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.CopyAndValidate();
        loggerFactory ??= NullLoggerFactory.Instance;
        timeProvider ??= TimeProvider.System;

        _http = http ?? new HttpMessageInvoker(TransportHandler.Create(_options.Connection));
        ClientMeter meter = ClientMeter.Of(name);
        Redactor redactor = new(); // login and connections teach it the secrets, and each hides those of the other
        TokenSource tokens = CreateTokenSource(loggerFactory.CreateLogger<TokenSource>(), timeProvider, meter, redactor);
        _services = new FeedServices(
            tokens,
            new ShardPlanner(_options.Connection, _options.BaseAddress),
            new MarketConnector(_options.BaseAddress, _options.Connection, _options.Authentication.AuthorizationScheme, _http, loggerFactory.CreateLogger<MarketConnector>(), timeProvider, meter, redactor),
            ReconnectPipeline.Create(_options.Reconnect, timeProvider),
            network ?? new NetworkWatch(loggerFactory.CreateLogger<NetworkWatch>()),
            new FeedPolicy(_options.Reconnect.MaxAttempts, _options.Reconnect.HealthyAfter, _options.Reconnect.RefusedFor, _options.Connection.KeepAliveInterval, tokens.CanRenew, _options.Authentication.RotateConnections),
            _options.Connection.DedicatedThreads,
            _options.TimestampOffset,
            timeProvider,
            meter,
            loggerFactory.CreateLogger<MarketFeed>());
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default) =>
        Stream<FeedEvent>(contracts, cancellationToken);

    /// <summary>Opens a stream with a handle. It connects when its enumeration begins.</summary>
    /// <param name="contracts">What to stream.</param>
    /// <param name="options">How to deliver; <see cref="ImeClientOptions.Feed"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is wrong; the message names it, its value and the bound.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public MarketFeed OpenFeed(ContractSet contracts, FeedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        FeedOptions valid = options is null ? _options.Feed : options.CopyAndValidate();
        ThrowIfDisposed();
        return new MarketFeed(new FeedSession(contracts, valid, _services, _openFeeds));
    }

    /// <summary>A copy of the client's <see cref="ImeClientOptions.Feed"/>, to change for one feed and give to <see cref="OpenFeed"/>.</summary>
    public FeedOptions CreateFeedOptions() => _options.Feed.CopyAndValidate();

    /// <summary>Opens a stream of contracts by name, with a handle. It connects when its enumeration begins.</summary>
    /// <param name="contractNames">The names, sent to the service verbatim.</param>
    /// <param name="options">How to deliver; <see cref="ImeClientOptions.Feed"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractNames"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no name, one is null, empty or blank, or an option is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public MarketFeed OpenFeedByName(IEnumerable<string> contractNames, FeedOptions? options = null) => OpenFeed(ContractSet.ByName(contractNames), options);

    /// <summary>Opens a stream of contracts by id, with a handle. It connects when its enumeration begins.</summary>
    /// <param name="contractIds">The ids, sent to the service verbatim.</param>
    /// <param name="options">How to deliver; <see cref="ImeClientOptions.Feed"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractIds"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no id, one is null, empty or blank, or an option is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public MarketFeed OpenFeedById(IEnumerable<string> contractIds, FeedOptions? options = null) => OpenFeed(ContractSet.ById(contractIds), options);

    /// <summary>A token that is valid now: the present one, or a new one. Use it to check the credentials before subscribing.</summary>
    /// <param name="cancellationToken">Ends the wait, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ImeConnectionException">The service could not be reached.</exception>
    /// <exception cref="ImeAuthenticationException">No token could be had; <see cref="ImeException.IsTransient"/> says whether to try again.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public ValueTask<AccessToken> GetAccessTokenAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _services.Tokens.GetAsync(cancellationToken);
    }

    /// <summary>Ends all streams of the client, normally, and waits until nothing of them is left.</summary>
    /// <remarks>A log callback must not block on it: the streams wait for the callback to return.</remarks>
    /// <returns>Completes when nothing of them is left: no socket, timer, thread or task.</returns>
    public ValueTask DisposeAsync() => new(CloseAsync(EndFeeds()));

    /// <summary>Ends all streams of the client, normally, and waits until nothing of them is left, but at most 2 seconds. Prefer <see cref="DisposeAsync"/>, which blocks no thread.</summary>
    /// <remarks>Safe on the thread of a user interface: what it waits for runs on the thread pool.</remarks>
    public void Dispose()
    {
        IReadOnlyList<FeedSession> feeds = EndFeeds();
        Task closing = Task.Run(() => CloseAsync(feeds));
        if (((IAsyncResult)closing).AsyncWaitHandle.WaitOne(ClosingTime))
        {
            closing.GetAwaiter().GetResult();
        }
    }

    private IReadOnlyList<FeedSession> EndFeeds()
    {
        IReadOnlyList<FeedSession> feeds = _openFeeds.Close();
        foreach (FeedSession feed in feeds)
        {
            feed.End(new FeedEnd());
        }

        return feeds;
    }

    private async Task CloseAsync(IReadOnlyList<FeedSession> feeds)
    {
        foreach (FeedSession feed in feeds)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }

        _services.Tokens.Dispose();
        _http.Dispose();
    }

    /// <summary>One line: where, as whom, and how many streams; never a secret.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{_options}, {_openFeeds.Count} feeds{(_openFeeds.IsClosed ? ", disposed" : "")}");

    /// <summary>What tells that the machine's network has changed.</summary>
    internal NetworkWatch Network => _services.Network;

    /// <summary>The snapshots alone, without a detour over the events.</summary>
    internal IAsyncEnumerable<MarketSnapshot> StreamSnapshotsAsync(ContractSet contracts, CancellationToken cancellationToken) =>
        Stream<MarketSnapshot>(contracts, cancellationToken);

    private FeedEnumerable<TEvent> Stream<TEvent>(ContractSet contracts, CancellationToken cancellationToken)
        where TEvent : FeedEvent
    {
        ArgumentNullException.ThrowIfNull(contracts);
        ThrowIfDisposed();
        return new FeedEnumerable<TEvent>(Open, cancellationToken);

        FeedSession Open()
        {
            ThrowIfDisposed();
            return new FeedSession(contracts, _options.Feed, _services, _openFeeds);
        }
    }

    private TokenSource CreateTokenSource(ILogger logger, TimeProvider timeProvider, ClientMeter meter, Redactor redactor)
    {
        if (_options.AccessToken is { } token)
        {
            return TokenSource.FromToken(token, logger, timeProvider);
        }

        Func<CancellationToken, ValueTask<ImeCredentials>> credentials = _options.CredentialsProvider ?? FromOptions;
        Uri endpoint = new($"{_options.BaseAddress.GetLeftPart(UriPartial.Authority)}{_options.BaseAddress.AbsolutePath.TrimEnd('/')}{_options.Authentication.TokenPath}");
        return TokenSource.FromCredentials(credentials, endpoint, _options.Authentication, _http, _options.Connection.UserAgent, logger, timeProvider, meter, redactor);

        ValueTask<ImeCredentials> FromOptions(CancellationToken _) => ValueTask.FromResult(new ImeCredentials(_options.Username!, _options.Password!));
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_openFeeds.IsClosed, this);
}
