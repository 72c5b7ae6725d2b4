using System.Diagnostics;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HedgeTech.Ime;

/// <summary>The client of one account: streams live market data of the Iran Mercantile Exchange.</summary>
/// <remarks>
/// Thread-safe. Use one client for a whole application. Its streams share one token and one HTTP handler, because the service binds a token
/// to the address and the headers of the login. Disposing the client ends its streams and waits until they have released their resources.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeClient : IMarketDataSource, IAsyncDisposable, IDisposable
{
    /// <summary>How long <see cref="Dispose"/> waits for the connections to close.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    private readonly ImeClientOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly FeedServices _services;
    private readonly OpenFeeds _openFeeds = new();

    /// <summary>Creates a client with the given options. It does not connect yet.</summary>
    /// <param name="options">The options. The client copies and validates them; later changes have no effect.</param>
    /// <param name="loggerFactory">Creates the loggers of the client. If null, the client does not log.</param>
    /// <param name="timeProvider">The clock and the timers of the client; those of the system if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value unless that may be a secret, and what it must be.</exception>
    public ImeClient(ImeClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
        : this(options, http: null, loggerFactory, timeProvider)
    {
    }

    /// <summary>Creates a client that sends everything through <paramref name="http"/> and disposes it, or through its own handler if that is null. The name is a tag of its telemetry.</summary>
    internal ImeClient(ImeClientOptions options, HttpMessageInvoker? http, ILoggerFactory? loggerFactory, TimeProvider? timeProvider, string? name = null, NetworkWatch? network = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.CopyAndValidate();
        loggerFactory ??= NullLoggerFactory.Instance;
        timeProvider ??= TimeProvider.System;

        _http = http ?? new HttpMessageInvoker(TransportHandler.Create(_options.Connection));
        ClientMeter meter = ClientMeter.Of(name);
        Redactor redactor = new(); // shared, so that a secret of the login is hidden in the texts of the connections too
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

    /// <summary>Creates a feed: a stream with a handle. It connects when you start to enumerate it.</summary>
    /// <param name="contracts">The contracts to stream.</param>
    /// <param name="options">The options of this feed; <see cref="ImeClientOptions.Feed"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and its limit.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public MarketFeed OpenFeed(ContractSet contracts, FeedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        FeedOptions valid = options is null ? _options.Feed : options.CopyAndValidate();
        ThrowIfDisposed();
        return new MarketFeed(new FeedSession(contracts, valid, _services, _openFeeds));
    }

    /// <summary>Creates a copy of the client's <see cref="ImeClientOptions.Feed"/>, which you can change for one feed and pass to <see cref="OpenFeed"/>.</summary>
    public FeedOptions CreateFeedOptions() => _options.Feed.CopyAndValidate();

    /// <summary>Creates a feed of contracts by name. It connects when you start to enumerate it.</summary>
    /// <param name="contractNames">The names. They are sent to the service verbatim.</param>
    /// <param name="options">The options of this feed; <see cref="ImeClientOptions.Feed"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractNames"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no names, a name is null, empty or blank, or an option is invalid.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public MarketFeed OpenFeedByName(IEnumerable<string> contractNames, FeedOptions? options = null) => OpenFeed(ContractSet.ByName(contractNames), options);

    /// <summary>Creates a feed of contracts by id. It connects when you start to enumerate it.</summary>
    /// <param name="contractIds">The ids. They are sent to the service verbatim.</param>
    /// <param name="options">The options of this feed; <see cref="ImeClientOptions.Feed"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contractIds"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no ids, an id is null, empty or blank, or an option is invalid.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public MarketFeed OpenFeedById(IEnumerable<string> contractIds, FeedOptions? options = null) => OpenFeed(ContractSet.ById(contractIds), options);

    /// <summary>Gets a valid token: the current one, or that of a new login. Call this to check the credentials before you subscribe.</summary>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ImeConnectionException">The service could not be reached.</exception>
    /// <exception cref="ImeAuthenticationException">The client could not get a token; <see cref="ImeException.IsTransient"/> says whether to try again.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public ValueTask<AccessToken> GetAccessTokenAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _services.Tokens.GetAsync(cancellationToken);
    }

    /// <summary>Ends all streams of the client normally and waits until they have released their sockets, timers, threads and tasks.</summary>
    /// <remarks>Do not block on it in a log callback: the streams wait for the callback to return.</remarks>
    /// <returns>A task that completes when no socket, timer, thread or task of the streams is left.</returns>
    public ValueTask DisposeAsync() => new(CloseAsync(EndFeeds()));

    /// <summary>Ends all streams of the client normally and waits until they have released their resources, but at most 2 seconds. Prefer <see cref="DisposeAsync"/>, which does not block a thread.</summary>
    /// <remarks>Safe to call on a user interface thread: the work it waits for runs on the thread pool.</remarks>
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

    /// <summary>One line: the address, the user name and the number of feeds, never a secret.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{_options}, {_openFeeds.Count} feeds{(_openFeeds.IsClosed ? ", disposed" : "")}");

    /// <summary>Reports changes of the machine's network.</summary>
    internal NetworkWatch Network => _services.Network;

    /// <summary>Streams the snapshots alone, without a filter over all events.</summary>
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
