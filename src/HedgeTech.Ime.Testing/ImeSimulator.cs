using System.Diagnostics;
using System.Net;
using HedgeTech.Ime.Testing.Faults;
using HedgeTech.Ime.Testing.Handshake;
using HedgeTech.Ime.Testing.Login;
using HedgeTech.Ime.Testing.Market;
using HedgeTech.Ime.Testing.Records;
using HedgeTech.Ime.Testing.Server;
using HedgeTech.Ime.Testing.Wire;
using Microsoft.AspNetCore.Http;

namespace HedgeTech.Ime.Testing;

/// <summary>
/// The service on loopback, inside your process: login, both streams, a market, and everything that can go wrong, on command. It records what it was asked.
/// One message of the market is one trade of its contract, so <c>trade_count</c> numbers the messages of each contract: 1, 2, 3, …
/// </summary>
/// <remarks>
/// Thread-safe. The market runs by the <see cref="TimeProvider"/> from the start on, whether anybody listens or not, as the service's does: what it does while
/// nobody is subscribed is lost, and shows as a gap in <c>trade_count</c>. Its day does not end while the simulator lives.
/// A client that does not read holds up the contracts it asked for, on all connections, once 256 KiB wait for it.
/// </remarks>
public sealed partial class ImeSimulator : IAsyncDisposable
{
    private readonly ImeSimulatorOptions _options;
    private readonly Recorder _recorder;
    private readonly Refusals _refusals = new();
    private readonly TokenIssuer _tokens;
    private readonly Exchange _exchange;
    private readonly LoginEndpoint _login;
    private readonly HandshakeEndpoint _handshake;
    private readonly FaultSchedule _schedule;
    private readonly SemaphoreSlim _startStop = new(1, 1);
    private LoopbackServer? _server;
    private int _port;
    private bool _isDisposed;

    private ImeSimulator(ImeSimulatorOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _port = options.Port;
        _recorder = new Recorder(options.MaxRecords);
        _tokens = new TokenIssuer(options, timeProvider);
        _exchange = new Exchange(options, timeProvider);
        _schedule = new FaultSchedule(this, options.Faults, timeProvider);
        ConnectionSettings settings = new(options.KeepMessages, new FaultCounter(options.Faults), RevokeTokens, _schedule.BeginRestart, _exchange.GoOn);
        _login = new LoginEndpoint(options, _tokens, _refusals, _recorder, timeProvider);
        _handshake = new HandshakeEndpoint(options, _tokens, _exchange, _refusals, _recorder, settings, timeProvider);
        BaseAddress = new Uri("http://127.0.0.1");
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:port</c>, or https with a certificate. A restart keeps it.</summary>
    public Uri BaseAddress { get; private set; }

    /// <summary>The user name that may log in.</summary>
    public string Username => _options.Username;

    /// <summary>The password that belongs to it.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Password => _options.Password;

    /// <summary>The contracts of the market.</summary>
    public IReadOnlyList<SimulatorContract> Contracts => [.. _options.Contracts];

    /// <summary>Whether it listens, as it does but for <see cref="StopAsync"/> and the middle of a restart.</summary>
    public bool IsRunning => _server is not null;

    /// <summary>The connections that are open now, in the order of acceptance.</summary>
    public IReadOnlyList<SimulatorConnection> Connections => _recorder.Live;

    /// <summary>Every login so far, accepted or refused, in order; the newest of them where <see cref="ImeSimulatorOptions.MaxRecords"/> is set.</summary>
    public IReadOnlyList<LoginRecord> Logins => _recorder.Logins;

    /// <summary>Every WebSocket handshake so far, accepted or refused, in order; the accepted ones lead to their connections, ended ones too. The newest of them where <see cref="ImeSimulatorOptions.MaxRecords"/> is set.</summary>
    public IReadOnlyList<HandshakeRecord> Handshakes => _recorder.Handshakes;

    /// <summary>Starts a simulator. It listens when this completes.</summary>
    /// <param name="options">What it is to be like; null for the defaults. Copied.</param>
    /// <param name="timeProvider">The clock of the market, of tokens and of the fault schedule; null for the system's.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
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

    /// <summary>Completes when the condition holds, which is looked at now and whenever something was recorded: a login, a handshake, a subscription, messages sent, an end.</summary>
    /// <param name="condition">What to wait for; must be quick, and safe to call from any thread.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled. Any exception of <paramref name="condition"/> comes out too.</exception>
    public Task WhenAsync(Func<ImeSimulator, bool> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return _recorder.WhenAsync(() => condition(this), cancellationToken);
    }

    /// <summary>Completes when at least so many connections are open and reached by the market.</summary>
    /// <param name="connections">How many at least.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WhenSubscribedAsync(int connections = 1, CancellationToken cancellationToken = default) =>
        WhenAsync(simulator => simulator.Connections.Count(connection => connection.IsSubscribed) >= connections, cancellationToken);

    /// <summary>A valid token without a login, bound to no client: for what is configured with a fixed token.</summary>
    /// <param name="lifetime">How long it is good for; null for the option's. It may be negative: then it has expired.</param>
    public string IssueToken(TimeSpan? lifetime = null) => _tokens.Issue(_options.Username, request: null, lifetime);

    /// <summary>Options for a client of this simulator: its address, its account, and trust in its certificate where it has one. All else has its default.</summary>
    /// <returns>New options at each call, yours to change.</returns>
    public ImeClientOptions CreateClientOptions()
    {
        ImeClientOptions options = new() { BaseAddress = BaseAddress, Username = Username, Password = Password };
        if (_options.Certificate is { } own)
        {
            byte[] trusted = own.RawData;
            options.Connection.ServerCertificateValidation = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(trusted);
        }

        return options;
    }

    /// <summary>Stops the market, resets every connection and stops listening, within a second whatever clients do.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        try
        {
            await _schedule.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await StopListeningAsync().ConfigureAwait(false);
            await _exchange.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        bool isWebSocket = HandshakeEndpoint.IsWebSocket(context);
        string path = context.Request.Path.Value ?? "";
        string target = RequestReading.Target(context);

        // The line is method, target and version, with a space between: "GET … HTTP/1.1".
        if (context.Request.Method.Length + target.Length + " ".Length + " HTTP/1.1".Length > _options.MaxRequestLineBytes)
        {
            return isWebSocket
                ? _handshake.RefuseAsync(context, HttpStatusCode.BadRequest, "The request line is too long", "Invalid HTTP request received.")
                : Response.WriteAsync(context, HttpStatusCode.BadRequest, "Invalid HTTP request received.");
        }

        if (path == _options.Spelling.TokenPath && !isWebSocket)
        {
            return _login.AnswerAsync(context);
        }

        bool isStream = path == _options.Spelling.NamePath || path == _options.Spelling.IdPath;
        return (isWebSocket, isStream) switch
        {
            (true, true) => _handshake.AnswerAsync(context),
            (true, false) => _handshake.RefuseAsync(context, HttpStatusCode.Forbidden, "The path is unknown"),
            _ => Response.WriteAsync(context, HttpStatusCode.NotFound, """{"detail":"Not Found"}"""),
        };
    }
}
