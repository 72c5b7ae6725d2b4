using System.Net;
using System.Security.Cryptography;
using System.Text;
using HedgeTech.Ime.Testing.Faults;
using HedgeTech.Ime.Testing.Login;
using HedgeTech.Ime.Testing.Market;
using HedgeTech.Ime.Testing.Records;
using HedgeTech.Ime.Testing.Server;
using HedgeTech.Ime.Testing.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HedgeTech.Ime.Testing.Handshake;

/// <summary>Answers a WebSocket handshake with the same order of checks as the service's stack, and runs the connection if it is accepted.</summary>
internal sealed class HandshakeEndpoint(
    ImeSimulatorOptions options,
    TokenIssuer tokens,
    Exchange exchange,
    Refusals refusals,
    Recorder recorder,
    ConnectionSettings settings,
    TimeProvider timeProvider)
{
    public static bool IsWebSocket(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && context.Request.Headers.SecWebSocketKey.Count == 1;

    /// <summary>Refuses without accepting first, as the server or a gateway in front of it.</summary>
    public async Task RefuseAsync(HttpContext context, HttpStatusCode status, string reason, string body = "", TimeSpan? retryAfter = null)
    {
        recorder.Add(Record(context, Contracts(context), status, reason, connection: null));
        await Response.WriteAsync(context, status, body, retryAfter).ConfigureAwait(false);
    }

    public async Task AnswerAsync(HttpContext context)
    {
        IReadOnlyList<ContractKey> contracts = Contracts(context);
        Refusal? command = refusals.NextHandshake();
        if (command is { CloseStatus: null })
        {
            await RefuseAsync(context, command.Status, "by command", command.Body ?? "", command.RetryAfter).ConfigureAwait(false);
            return;
        }

        string? refusal = MissingPart(context, contracts);
        if (refusal is not null)
        {
            await RefuseAsync(context, HttpStatusCode.Forbidden, refusal).ConfigureAwait(false);
            return;
        }

        refusal = Objection(context, contracts, out DateTimeOffset tokenExpiry);
        if (refusal is not null && !options.RefuseAfterAccept)
        {
            await RefuseAsync(context, HttpStatusCode.Forbidden, refusal).ConfigureAwait(false);
            return;
        }

        SimulatorConnection connection = new(recorder.NextConnectionNumber(), [.. contracts.Distinct()], recorder, settings);
        recorder.Add(Record(context, contracts, HttpStatusCode.SwitchingProtocols, refusal ?? (command is null ? null : "by command"), connection));
        try
        {
            if (refusal is not null)
            {
                _ = connection.CloseAsync(1008, refusal);
            }
            else if (command is not null)
            {
                _ = connection.CloseAsync(command.CloseStatus!.Value, command.CloseReason);
            }

            await CarryAsync(context, connection, tokenExpiry).ConfigureAwait(false);
        }
        finally
        {
            exchange.Unsubscribe(connection);
            recorder.Ended(connection);
        }
    }

    private static string AcceptKey(string key)
    {
#pragma warning disable CA5350 // RFC 6455 requires SHA-1 here. It only proves that the server speaks the protocol, and does not protect anything.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    private async Task CarryAsync(HttpContext context, SimulatorConnection connection, DateTimeOffset tokenExpiry)
    {
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = AcceptKey(context.Request.Headers.SecWebSocketKey.ToString());
        Stream stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);

        using CancellationTokenSource stopSubscribing = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        Task subscribing = SubscribeAsync(connection, stopSubscribing.Token);
        ITimer? expiry = options.Tokens.CloseOnExpiry ? CloseAt(connection, tokenExpiry) : null;
        try
        {
            await connection.RunAsync(stream, context.Abort, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            expiry?.Dispose();
            await stopSubscribing.CancelAsync().ConfigureAwait(false);
            await subscribing.ConfigureAwait(false);
        }
    }

    private ITimer CloseAt(SimulatorConnection connection, DateTimeOffset tokenExpiry)
    {
        TimeSpan left = tokenExpiry - timeProvider.GetUtcNow();
        return timeProvider.CreateTimer(
            _ => connection.CloseAsync(1008, "Token expired"),
            null,
            left > TimeSpan.Zero ? left : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Subscribes the connection after the handshake is answered, as the service does. What the market does in between never arrives.</summary>
    private async Task SubscribeAsync(SimulatorConnection connection, CancellationToken cancellationToken)
    {
        if (options.SubscribeDelay > TimeSpan.Zero)
        {
            try
            {
                await Task.Delay(options.SubscribeDelay, timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The connection ended before it was subscribed.
                return;
            }
        }

        exchange.Subscribe(connection);
        connection.Subscribed();
    }

    private ContractKeyKind Kind(HttpContext context) =>
        context.Request.Path.Value == options.Spelling.IdPath ? ContractKeyKind.Id : ContractKeyKind.Name;

    private IReadOnlyList<ContractKey> Contracts(HttpContext context)
    {
        ContractKeyKind kind = Kind(context);
        string parameter = kind == ContractKeyKind.Id ? options.Spelling.IdParameter : options.Spelling.NameParameter;
        return [.. ContractQuery.Values(RequestReading.Target(context), parameter).Select(value => new ContractKey(kind, value))];
    }

    private static string? MissingPart(HttpContext context, IReadOnlyList<ContractKey> contracts) =>
        contracts.Count == 0 ? "The query names no contract"
        : context.Request.Headers.Authorization.Count == 0 ? "The header Authorization is missing"
        : null;

    private string? Objection(HttpContext context, IReadOnlyList<ContractKey> contracts, out DateTimeOffset tokenExpiry)
    {
        tokenExpiry = default;
        if (Token(context) is not { } token)
        {
            return "The header Authorization has another scheme";
        }

        return tokens.Refusal(token, context, out tokenExpiry)
            ?? (contracts.Any(contract => exchange.Find(contract) is null) ? "Invalid contract" : null)
            ?? (recorder.Live.Count >= (options.MaxConnections ?? int.MaxValue) ? "Too many connections" : null);
    }

    private string? Token(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        string prefix = options.Spelling.AuthorizationScheme is { } scheme ? scheme + " " : "";
        return header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && header.Length > prefix.Length ? header[prefix.Length..] : null;
    }

    private HandshakeRecord Record(HttpContext context, IReadOnlyList<ContractKey> contracts, HttpStatusCode status, string? refusal, SimulatorConnection? connection)
    {
        string target = RequestReading.Target(context);
        return new HandshakeRecord
        {
            At = timeProvider.GetUtcNow(),
            RemoteEndPoint = RequestReading.RemoteEndPoint(context),
            Target = target,
            Url = $"{(context.Request.IsHttps ? "wss" : "ws")}://{context.Request.Host}{target}",
            Contracts = contracts,
            Headers = RequestReading.Headers(context.Request),
            Token = Token(context),
            Status = status,
            Refusal = refusal,
            Connection = connection,
        };
    }
}
