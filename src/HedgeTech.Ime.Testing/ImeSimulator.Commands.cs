using System.Net;
using HedgeTech.Ime.Testing.Faults;
using HedgeTech.Ime.Testing.Server;

namespace HedgeTech.Ime.Testing;

public sealed partial class ImeSimulator
{
    /// <summary>Resets every open connection: see <see cref="SimulatorConnection.Drop"/>.</summary>
    public void Drop()
    {
        foreach (SimulatorConnection connection in Connections)
        {
            connection.Drop();
        }
    }

    /// <summary>Ends every open connection without a close frame: see <see cref="SimulatorConnection.EndAsync"/>.</summary>
    public Task EndAsync() => Task.WhenAll(Connections.Select(connection => connection.EndAsync()));

    /// <summary>Closes every open connection: see <see cref="SimulatorConnection.CloseAsync"/>.</summary>
    /// <param name="status">The code in the close frame, any number.</param>
    /// <param name="reason">The text behind it.</param>
    public Task CloseAsync(int status, string reason = "") => Task.WhenAll(Connections.Select(connection => connection.CloseAsync(status, reason)));

    /// <summary>Silences every open connection: see <see cref="SimulatorConnection.Stall"/>.</summary>
    public void Stall()
    {
        foreach (SimulatorConnection connection in Connections)
        {
            connection.Stall();
        }
    }

    /// <summary>Ends the silence of every open connection: see <see cref="SimulatorConnection.Unstall"/>.</summary>
    public void Unstall()
    {
        foreach (SimulatorConnection connection in Connections)
        {
            connection.Unstall();
        }
    }

    /// <summary>Leaves pings on every open connection unanswered: see <see cref="SimulatorConnection.FreezePongs"/>.</summary>
    public void FreezePongs()
    {
        foreach (SimulatorConnection connection in Connections)
        {
            connection.FreezePongs();
        }
    }

    /// <summary>Answers pings on every open connection again: see <see cref="SimulatorConnection.UnfreezePongs"/>.</summary>
    public void UnfreezePongs()
    {
        foreach (SimulatorConnection connection in Connections)
        {
            connection.UnfreezePongs();
        }
    }

    /// <summary>Sends a text message, whatever it says, on every open connection.</summary>
    /// <param name="text">What to send.</param>
    /// <param name="cancellationToken">Gives up sending.</param>
    /// <returns>Completes when the operating system has it on each that did not end meanwhile.</returns>
    public Task SendTextAsync(string text, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendTextAsync(text, cancellationToken)));

    /// <summary>Sends a text message of any bytes on every open connection; they need not be valid UTF-8.</summary>
    /// <param name="utf8">What to send.</param>
    /// <param name="cancellationToken">Gives up sending.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task SendTextAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendTextAsync(utf8, cancellationToken)));

    /// <summary>Sends a binary message on every open connection.</summary>
    /// <param name="payload">What to send.</param>
    /// <param name="cancellationToken">Gives up sending.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task SendBinaryAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendBinaryAsync(payload, cancellationToken)));

    /// <summary>Sends a text message split over several frames on every open connection: see <see cref="SimulatorConnection.SendSplitAsync"/>.</summary>
    /// <param name="utf8">The message.</param>
    /// <param name="fragmentSize">The bytes in each frame, the last aside; at least 1.</param>
    /// <param name="cancellationToken">Gives up sending.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task SendSplitAsync(ReadOnlyMemory<byte> utf8, int fragmentSize, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Connections.Select(connection => connection.SendSplitAsync(utf8, fragmentSize, cancellationToken)));

    /// <summary>The market's next message of a contract, now, to every connection that is subscribed to it under any of its names; it moves the market on even if there is none.</summary>
    /// <param name="contract">The contract by its code, name or id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message's <c>trade_count</c>; completes when the operating system has the message.</returns>
    /// <exception cref="ArgumentException">The market has no such contract.</exception>
    public Task<long> PublishAsync(ContractKey contract, CancellationToken cancellationToken = default) => _exchange.PublishAsync(contract, cancellationToken);

    /// <inheritdoc cref="PublishAsync(ContractKey, CancellationToken)"/>
    /// <param name="contractName">The contract by its code or name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<long> PublishAsync(string contractName, CancellationToken cancellationToken = default) =>
        PublishAsync(ContractKey.Name(contractName), cancellationToken);

    /// <summary>Sends exactly this state of a contract, now, to every connection that is subscribed to the contract under any of its names. The market does not move on.</summary>
    /// <remarks>
    /// A field that is named by <see cref="MarketSnapshot.Unavailable"/> is sent as <c>null</c>. The wire has no offset: the timestamp is sent as its own clock shows it,
    /// to the microsecond, and <c>default</c> as the simulator's time in Tehran. <see cref="SimulatorConnection.Sent"/> does not count the message.
    /// </remarks>
    /// <param name="snapshot">What to send; its <see cref="MarketSnapshot.Contract"/> is a contract of the market by code, name or id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many connections it was sent on; completes when the operating system has it. A stalled connection is not sent it.</returns>
    /// <exception cref="ArgumentException">The market has no such contract.</exception>
    public Task<int> PublishAsync(MarketSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return _exchange.PublishAsync(snapshot, cancellationToken);
    }

    /// <summary>Refuses the next logins, whoever asks.</summary>
    /// <param name="status">The status; a redirect gets no <c>Location</c>.</param>
    /// <param name="body">The whole body, JSON or HTML; null for <c>{"detail":"Refused by command"}</c>.</param>
    /// <param name="retryAfter">The header <c>Retry-After</c>, in whole seconds; null for none.</param>
    /// <param name="count">How many; null for all until <see cref="ClearRefusals"/>.</param>
    public void RefuseLogins(HttpStatusCode status, string? body = null, TimeSpan? retryAfter = null, int? count = null) =>
        _refusals.SetLogin(new Refusal(status, body ?? """{"detail":"Refused by command"}""", retryAfter), Checked(count));

    /// <summary>Refuses the next handshakes before accepting them, whoever asks.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The whole body; null for none, as the service has it with 403.</param>
    /// <param name="retryAfter">The header <c>Retry-After</c>, in whole seconds; null for none.</param>
    /// <param name="count">How many; null for all until <see cref="ClearRefusals"/>.</param>
    public void RefuseHandshakes(HttpStatusCode status, string? body = null, TimeSpan? retryAfter = null, int? count = null) =>
        _refusals.SetHandshake(new Refusal(status, body, retryAfter), Checked(count));

    /// <summary>Accepts the next handshakes that are in order and closes them at once, before any message.</summary>
    /// <param name="status">The status of the close frame, such as 1008.</param>
    /// <param name="reason">Its reason.</param>
    /// <param name="count">How many; null for all until <see cref="ClearRefusals"/>.</param>
    public void CloseAfterAccept(int status, string reason = "", int? count = null) =>
        _refusals.SetHandshake(new Refusal(HttpStatusCode.SwitchingProtocols, null, null, status, reason), Checked(count));

    /// <summary>Answers logins and handshakes in the usual way again.</summary>
    public void ClearRefusals() => _refusals.Clear();

    /// <summary>Makes every token issued so far invalid. Open connections stay, as the service does not say that they would not.</summary>
    public void RevokeTokens() => _tokens.RevokeAll();

    /// <summary>Resets every connection and stops listening: connections are refused. The market goes on, tokens stay good.</summary>
    /// <exception cref="ObjectDisposedException">The simulator is disposed.</exception>
    public Task StopAsync()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return StopListeningAsync();
    }

    /// <summary>Listens again on the same port after <see cref="StopAsync"/>; does nothing if it does already.</summary>
    /// <exception cref="IOException">The port was taken meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The simulator is disposed.</exception>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        await _startStop.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_server is null)
            {
                _server = await LoopbackServer.StartAsync(_port, _options.Certificate, AnswerAsync, cancellationToken).ConfigureAwait(false);
                _port = _server.Port;
                BaseAddress = new Uri($"{(_options.Certificate is null ? "http" : "https")}://127.0.0.1:{_port}");
            }
        }
        finally
        {
            _startStop.Release();
        }
    }

    /// <summary>Stops and starts again on the same port.</summary>
    /// <inheritdoc cref="StartAgainAsync" path="/exception"/>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync().ConfigureAwait(false);
        await StartAgainAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task StopListeningAsync()
    {
        await _startStop.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_server is { } server)
            {
                _server = null;
                Drop();
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _startStop.Release();
        }
    }

    private static int? Checked(int? count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count ?? 1, 1, nameof(count));
        return count;
    }
}
