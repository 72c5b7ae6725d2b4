using System.Diagnostics;
using System.Net;
using HedgeTech.Ime.Testing.Faults;
using HedgeTech.Ime.Testing.Handshake;
using HedgeTech.Ime.Testing.Login;
using HedgeTech.Ime.Testing.Market;
using HedgeTech.Ime.Testing.Records;
using HedgeTech.Ime.Testing.Server;
using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing;

/// <summary>
/// Simulates the service on the loopback address, inside your process: the login, both streams, a market, and every kind of failure on command. It records
/// each request. Each message of the market is one trade of its contract, so <c>trade_count</c> numbers the messages of each contract: 1, 2, 3, …
/// </summary>
/// <remarks>
/// Thread-safe. As with the service, the market runs from the start, whether or not anybody is subscribed; its clock is the <see cref="TimeProvider"/>. Trades
/// that happen while nobody is subscribed are lost and appear as a gap in <c>trade_count</c>. The simulator has a single trading day, which lasts until it is disposed.
/// When 256 KiB wait for a client that does not read, the contracts of that client pause on all connections.
/// </remarks>
public sealed class ImeSimulator : IAsyncDisposable
{
    private readonly ImeSimulatorOptions _options;
    private readonly Recorder _recorder;
    private readonly Refusals _refusals = new();
    private readonly TokenIssuer _tokens;
    private readonly Exchange _exchange;
    private readonly FaultSchedule _schedule;
    private readonly RestartableServer _server;

    private ImeSimulator(ImeSimulatorOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _recorder = new Recorder(options.MaxRecords);
        _tokens = new TokenIssuer(options, timeProvider);
        _exchange = new Exchange(options, timeProvider);
        _schedule = new FaultSchedule(this, options.Faults, timeProvider);
        ConnectionSettings settings = new(options.KeepMessages, new FaultCounter(options.Faults), RevokeTokens, _schedule.BeginRestart, _exchange.GoOn);
        LoginEndpoint login = new(options, _tokens, _refusals, _recorder, timeProvider);
        HandshakeEndpoint handshake = new(options, _tokens, _exchange, _refusals, _recorder, settings, timeProvider);
        _server = new RestartableServer(options.Port, options.Certificate, new RequestRouter(options, login, handshake).AnswerAsync, Drop);
    }

    /// <summary>The address of the simulator: <c>http://127.0.0.1:port</c>, or https with a certificate. It stays the same after a restart.</summary>
    public Uri BaseAddress => _server.BaseAddress;

    /// <summary>The user name that can log in.</summary>
    public string Username => _options.Username;

    /// <summary>The password of the user.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Password => _options.Password;

    /// <summary>The contracts of the market.</summary>
    public IReadOnlyList<SimulatorContract> Contracts => [.. _options.Contracts];

    /// <summary>Whether the simulator listens: true except after <see cref="StopAsync"/> and during a restart.</summary>
    public bool IsRunning => _server.IsRunning;

    /// <summary>The open connections, in the order of acceptance.</summary>
    public IReadOnlyList<SimulatorConnection> Connections => _recorder.Live;

    /// <summary>Every login so far, accepted or refused, in order. If <see cref="ImeSimulatorOptions.MaxRecords"/> is set, only the newest.</summary>
    public IReadOnlyList<LoginRecord> Logins => _recorder.Logins;

    /// <summary>Every WebSocket handshake so far, accepted or refused, in order. An accepted one has its connection, even after that has ended. If <see cref="ImeSimulatorOptions.MaxRecords"/> is set, only the newest.</summary>
    public IReadOnlyList<HandshakeRecord> Handshakes => _recorder.Handshakes;

    /// <summary>Starts a simulator. It listens when the returned task completes.</summary>
    /// <param name="options">The options, which are copied; null for the defaults.</param>
    /// <param name="timeProvider">The clock of the market, the tokens and the fault schedule; null for the system clock.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ImeSimulator> StartAsync(ImeSimulatorOptions? options = null, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ImeSimulator simulator = new((options ?? new ImeSimulatorOptions()).CopyAndValidate(), timeProvider ?? TimeProvider.System);
        try
        {
            await simulator.StartAgainAsync(cancellationToken).ConfigureAwait(false);
            simulator._schedule.Begin();
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until a condition holds. It is checked now and after each recorded login, handshake, subscription, batch of sent messages and end of a connection.</summary>
    /// <param name="condition">The condition. It must be fast and safe to call from any thread.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled. An exception of <paramref name="condition"/> also reaches the caller.</exception>
    public Task WhenAsync(Func<ImeSimulator, bool> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return _recorder.WhenAsync(() => condition(this), cancellationToken);
    }

    /// <summary>Waits until the market sends to at least this many open connections.</summary>
    /// <param name="connections">The minimum number of connections.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public Task WhenSubscribedAsync(int connections = 1, CancellationToken cancellationToken = default) =>
        WhenAsync(simulator => simulator.Connections.Count(connection => connection.IsSubscribed) >= connections, cancellationToken);

    /// <summary>Issues a valid token without a login, for a client that is configured with a fixed token. Any client may use it.</summary>
    /// <param name="lifetime">How long it is valid; null for the lifetime in the options. A negative time gives an expired token.</param>
    public string IssueToken(TimeSpan? lifetime = null) => _tokens.Issue(_options.Username, request: null, lifetime);

    /// <summary>Creates options for a client of this simulator, with its address, its account and, if it has a certificate, trust in it. All other options have their defaults.</summary>
    /// <returns>New options for each call, which you may change.</returns>
    public ImeClientOptions CreateClientOptions()
    {
        ImeClientOptions options = new();
        ConfigureClient(options);
        return options;
    }

    /// <summary>
    /// Points the options of a client at this simulator: its address, its account and, if it has a certificate, trust in it. Trading hours are removed, because
    /// the simulator never closes. All other options stay. Fits <c>services.AddImeClient(simulator.ConfigureClient)</c>, and
    /// <c>services.Configure&lt;ImeClientOptions&gt;(simulator.ConfigureClient)</c> after options from a configuration.
    /// </summary>
    /// <param name="options">The options to change.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public void ConfigureClient(ImeClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.BaseAddress = BaseAddress;
        options.Username = Username;
        options.Password = Password;
        options.AccessToken = null;
        options.CredentialsProvider = null;
        options.Feed.TradingHours = null;
        if (_options.Certificate is { } own)
        {
            byte[] trusted = own.RawData;
            options.Connection.ServerCertificateValidation = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(trusted);
        }
    }

    /// <summary>Resets every open connection: see <see cref="SimulatorConnection.Drop"/>.</summary>
    public void Drop() => ForEach(static connection => connection.Drop());

    /// <summary>Ends every open connection without a close frame: see <see cref="SimulatorConnection.EndAsync"/>.</summary>
    public Task EndAsync() => Task.WhenAll(Connections.Select(connection => connection.EndAsync()));

    /// <summary>Closes every open connection: see <see cref="SimulatorConnection.CloseAsync"/>.</summary>
    /// <param name="status">The close code.</param>
    /// <param name="reason">The reason in the close frame.</param>
    public Task CloseAsync(int status, string reason = "") => Task.WhenAll(Connections.Select(connection => connection.CloseAsync(status, reason)));

    /// <summary>Stops sending on every open connection: see <see cref="SimulatorConnection.Stall"/>.</summary>
    public void Stall() => ForEach(static connection => connection.Stall());

    /// <summary>Sends on every open connection again: see <see cref="SimulatorConnection.Unstall"/>.</summary>
    public void Unstall() => ForEach(static connection => connection.Unstall());

    /// <summary>Stops answering pings on every open connection: see <see cref="SimulatorConnection.FreezePongs"/>.</summary>
    public void FreezePongs() => ForEach(static connection => connection.FreezePongs());

    /// <summary>Answers pings on every open connection again: see <see cref="SimulatorConnection.UnfreezePongs"/>.</summary>
    public void UnfreezePongs() => ForEach(static connection => connection.UnfreezePongs());

    /// <summary>Sends a text message with any text on every open connection.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the message was handed to the operating system on each connection that is still open.</returns>
    public Task SendTextAsync(string text, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendTextAsync(text, cancellationToken)));

    /// <summary>Sends a text message with any bytes, which need not be valid UTF-8, on every open connection.</summary>
    /// <param name="utf8">The message.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task SendTextAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendTextAsync(utf8, cancellationToken)));

    /// <summary>Sends a binary message on every open connection.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task SendBinaryAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendBinaryAsync(payload, cancellationToken)));

    /// <summary>Sends a text message in several frames on every open connection: see <see cref="SimulatorConnection.SendSplitAsync"/>.</summary>
    /// <param name="utf8">The message.</param>
    /// <param name="fragmentSize">The number of bytes in each frame except the last, at least 1.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task SendSplitAsync(ReadOnlyMemory<byte> utf8, int fragmentSize, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendSplitAsync(utf8, fragmentSize, cancellationToken)));

    /// <summary>Publishes the market's next trade of a contract now, to every connection that is subscribed to it under any of its names. The market advances even if there is no such connection.</summary>
    /// <param name="contract">The contract by its code, name or id.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The <c>trade_count</c> of the message, after the message was handed to the operating system.</returns>
    /// <exception cref="ArgumentException">The market has no such contract.</exception>
    public Task<long> PublishAsync(ContractKey contract, CancellationToken cancellationToken = default) => _exchange.PublishAsync(contract, cancellationToken);

    /// <summary>Publishes the market's next trade of a contract now, to every connection that is subscribed to it under any of its names. The market advances even if there is no such connection.</summary>
    /// <inheritdoc cref="PublishAsync(ContractKey, CancellationToken)" path="/*[not(self::summary or self::param)]"/>
    /// <param name="contractName">The contract by its code or name.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public Task<long> PublishAsync(string contractName, CancellationToken cancellationToken = default) =>
        PublishAsync(ContractKey.Name(contractName), cancellationToken);

    /// <summary>Sends this state of a contract now, to every connection that is subscribed to it under any of its names. The market does not advance.</summary>
    /// <remarks>
    /// Fields listed in <see cref="MarketSnapshot.Unavailable"/> are sent as <c>null</c>. As the wire has no offset, the timestamp is sent as its own local time,
    /// to the microsecond. A <c>default</c> timestamp is sent as the simulator's time in Tehran. <see cref="SimulatorConnection.Sent"/> does not include the message.
    /// </remarks>
    /// <param name="snapshot">The state. Its <see cref="MarketSnapshot.Contract"/> is the code, name or id of a contract of the market.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The number of connections it was sent on, after it was handed to the operating system. Stalled connections do not count.</returns>
    /// <exception cref="ArgumentException">The market has no such contract.</exception>
    public Task<int> PublishAsync(MarketSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return _exchange.PublishAsync(snapshot, cancellationToken);
    }

    /// <summary>Sends these bytes now, as they are, to every connection that is subscribed to a contract under any of its names. The market does not move on.</summary>
    /// <remarks>For messages that were recorded. <see cref="SimulatorConnection.Sent"/> does not include the message.</remarks>
    /// <param name="contract">The contract by its code, name or id.</param>
    /// <param name="message">The text message, UTF-8.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The number of connections it was sent on, after it was handed to the operating system. Stalled connections do not count.</returns>
    /// <exception cref="ArgumentException">The market has no such contract.</exception>
    public Task<int> PublishAsync(ContractKey contract, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => _exchange.PublishAsync(contract, message, cancellationToken);

    /// <summary>Refuses the next logins of any client.</summary>
    /// <param name="status">The HTTP status. A redirect has no <c>Location</c>.</param>
    /// <param name="body">The whole body, JSON or HTML; null for <c>{"detail":"Refused by command"}</c>.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header, in whole seconds; null for none.</param>
    /// <param name="count">How many to refuse; null for all until <see cref="ClearRefusals"/>.</param>
    public void RefuseLogins(HttpStatusCode status, string? body = null, TimeSpan? retryAfter = null, int? count = null) =>
        _refusals.SetLogin(new Refusal(status, body ?? """{"detail":"Refused by command"}""", retryAfter), Checked(count));

    /// <summary>Refuses the next handshakes of any client with an HTTP status.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The whole body; null for none, which is the service's answer with 403.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header, in whole seconds; null for none.</param>
    /// <param name="count">How many to refuse; null for all until <see cref="ClearRefusals"/>.</param>
    public void RefuseHandshakes(HttpStatusCode status, string? body = null, TimeSpan? retryAfter = null, int? count = null) =>
        _refusals.SetHandshake(new Refusal(status, body, retryAfter), Checked(count));

    /// <summary>Accepts the next valid handshakes and closes the connections at once, before any message.</summary>
    /// <param name="status">The close code, such as 1008.</param>
    /// <param name="reason">The reason in the close frame.</param>
    /// <param name="count">How many to refuse; null for all until <see cref="ClearRefusals"/>.</param>
    public void CloseAfterAccept(int status, string reason = "", int? count = null) =>
        _refusals.SetHandshake(new Refusal(HttpStatusCode.SwitchingProtocols, null, null, status, reason), Checked(count));

    /// <summary>Answers logins and handshakes normally again.</summary>
    public void ClearRefusals() => _refusals.Clear();

    /// <summary>Makes every issued token invalid. Open connections stay open, as nothing suggests that the service closes them.</summary>
    public void RevokeTokens() => _tokens.RevokeAll();

    /// <summary>Resets every connection and stops listening, so that new connections are refused. The market continues, and tokens stay valid.</summary>
    /// <exception cref="ObjectDisposedException">The simulator is disposed.</exception>
    public Task StopAsync()
    {
        _server.ThrowIfClosed();
        return _server.StopAsync();
    }

    /// <summary>Listens on the same port again after <see cref="StopAsync"/>. Does nothing if the simulator already listens.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="IOException">Another process took the port.</exception>
    /// <exception cref="ObjectDisposedException">The simulator is disposed.</exception>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) => _server.StartAsync(cancellationToken);

    /// <summary>Stops, and starts again on the same port.</summary>
    /// <inheritdoc cref="StartAgainAsync" path="/exception"/>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync().ConfigureAwait(false);
        await StartAgainAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the market, resets every connection and stops listening. It takes at most a second, regardless of the clients.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_server.TryClose())
        {
            return;
        }

        try
        {
            await _schedule.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await _server.DisposeAsync().ConfigureAwait(false);
            await _exchange.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void ForEach(Action<SimulatorConnection> command)
    {
        foreach (SimulatorConnection connection in Connections)
        {
            command(connection);
        }
    }

    private static int? Checked(int? count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count ?? 1, 1, nameof(count));
        return count;
    }
}
