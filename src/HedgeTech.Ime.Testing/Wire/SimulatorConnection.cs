using System.Text;
using HedgeTech.Ime.Testing.Records;
using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing;

/// <summary>One accepted WebSocket: a record of what was sent on it, and commands that disturb it. The record stays readable after the connection has ended.</summary>
/// <remarks>Thread-safe. Commands have no effect on a connection that has ended.</remarks>
public sealed class SimulatorConnection
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PongGate _pongs = new();
    private readonly Subscription[] _subscriptions;
    private readonly SentMessages _sent;
    private readonly ConnectionSession _session;
    private readonly ConnectionSettings _settings;
    private readonly Recorder _recorder;
    private volatile bool _isSubscribed;

    internal SimulatorConnection(int number, IReadOnlyList<ContractKey> contracts, Recorder recorder, ConnectionSettings settings)
    {
        Number = number;
        Contracts = contracts;
        _recorder = recorder;
        _settings = settings;
        _subscriptions = [.. contracts.Select(contract => new Subscription(this, contract))];
        _sent = new SentMessages(_subscriptions);
        Outbox = new Outbox(settings.KeepMessages, settings.MarketMayGoOn, OnMessageAdded);
        _session = new ConnectionSession(Outbox, _sent, _pongs, recorder);
    }

    /// <summary>The number of the connection within the simulator, from 1, in the order of acceptance.</summary>
    public int Number { get; }

    /// <summary>The requested contracts, decoded and in order, without duplicates.</summary>
    public IReadOnlyList<ContractKey> Contracts { get; }

    /// <summary>The request that opened the connection, with its headers, URL and token.</summary>
    public HandshakeRecord Handshake { get; private set; } = null!;

    /// <summary>Whether the market sends to the connection. As with the service, this starts some time after the accept. It lasts until a command or the client ends the connection.</summary>
    public bool IsSubscribed => _isSubscribed && !Outbox.IsComplete;

    /// <summary>Whether the connection is open.</summary>
    public bool IsOpen => !_ended.Task.IsCompleted;

    /// <summary>Completes when the connection has ended for any reason. Never faults.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The number of messages handed to the operating system, both the market's and yours.</summary>
    public long MessagesSent => _sent.Count;

    /// <summary>The bytes of these messages, including frame headers but not TLS.</summary>
    public long BytesSent => _sent.Bytes;

    /// <summary>The number of data messages that the client sent. A client of this service sends none.</summary>
    public int MessagesReceived => _session.MessagesReceived;

    /// <summary>The code of the client's close frame; null before it arrives.</summary>
    public int? ClientCloseStatus => _session.ClientCloseStatus;

    /// <summary>The market's messages that were sent, as ranges without gaps, contract by contract.</summary>
    public IReadOnlyList<SentTrades> Sent => _sent.Trades;

    /// <summary>Every message sent, in UTF-8 without frame headers; empty unless <see cref="ImeSimulatorOptions.KeepMessages"/> is set.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Messages => _sent.Kept;

    internal Outbox Outbox { get; }

    internal IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    /// <summary>Resets the connection at once, without a close frame. Waiting messages are not sent. Messages that were sent but not yet read may be lost, as on a real network.</summary>
    public void Drop()
    {
        Outbox.Complete(Ending.Drop, default);
        _session.Abort();
    }

    /// <summary>Sends the waiting messages and ends the TCP connection in an orderly way, without a close frame. No sent message is lost.</summary>
    /// <returns>A task that completes when the connection has ended.</returns>
    public Task EndAsync()
    {
        Outbox.Complete(Ending.End, default);
        return Ended;
    }

    /// <summary>Sends the waiting messages and a close frame, then gives the client up to a second to answer.</summary>
    /// <param name="status">The close code, such as 1008, 1011 or 1012.</param>
    /// <param name="reason">The reason, up to 123 bytes in UTF-8.</param>
    /// <returns>True if the frame was handed to the operating system; false if the connection ended first.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not between 1000 and 4999.</exception>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is too long.</exception>
    public Task<bool> CloseAsync(int status, string reason = "") =>
        Outbox.WhenSentAsync(Outbox.Complete(Ending.Close, CloseFrame.Payload(status, reason)));

    /// <summary>Cuts the connection off from the market. It stays open and answers pings, but sends only your own messages.</summary>
    public void Stall()
    {
        Outbox.IsStalled = true;
        _settings.MarketMayGoOn();
    }

    /// <summary>Lets the market send to the connection again. What it published meanwhile is not sent.</summary>
    public void Unstall() => Outbox.IsStalled = false;

    /// <summary>Stops reading, so that pings are not answered. Messages are still sent.</summary>
    public void FreezePongs() => _pongs.Freeze();

    /// <summary>Reads again. The pings that arrived meanwhile are answered.</summary>
    public void UnfreezePongs() => _pongs.Unfreeze();

    /// <summary>Sends a text message with any text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>True when the message was handed to the operating system; false if the connection ended first.</returns>
    public Task<bool> SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendAsync(Opcode.Text, Encoding.UTF8.GetBytes(text), null, cancellationToken);
    }

    /// <summary>Sends a text message with any bytes, which need not be valid UTF-8.</summary>
    /// <param name="utf8">The message.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task<bool> SendTextAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default) =>
        SendAsync(Opcode.Text, utf8, null, cancellationToken);

    /// <summary>Sends a binary message.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task<bool> SendBinaryAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        SendAsync(Opcode.Binary, payload, null, cancellationToken);

    /// <summary>Sends a text message in several frames.</summary>
    /// <param name="utf8">The message.</param>
    /// <param name="fragmentSize">The number of bytes in each frame except the last, at least 1. A frame may end in the middle of a character.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task<bool> SendSplitAsync(ReadOnlyMemory<byte> utf8, int fragmentSize, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fragmentSize, 1);
        return SendAsync(Opcode.Text, utf8, fragmentSize, cancellationToken);
    }

    /// <summary>One line: the number, the number of contracts and messages, and whether it is open.</summary>
    public override string ToString() =>
        $"connection {Number}: {Contracts.Count} contracts, {MessagesSent} messages sent, {(IsOpen ? "open" : "ended")}";

    internal void Belong(HandshakeRecord handshake) => Handshake = handshake;

    internal void Subscribed()
    {
        _isSubscribed = true;
        _recorder.Pulse();
    }

    /// <summary>Runs the connection until it ends.</summary>
    internal Task RunAsync(Stream upgraded, Action abort, CancellationToken aborted) => _session.RunAsync(upgraded, abort, aborted);

    internal void Abort() => _session.Abort();

    internal void Over()
    {
        Outbox.Over();
        Outbox.Free();
        _ended.TrySetResult();
    }

    private async Task<bool> SendAsync(byte opcode, ReadOnlyMemory<byte> payload, int? fragmentSize, CancellationToken cancellationToken)
    {
        await Outbox.WhenRoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await Outbox.WhenSentAsync(Outbox.Add(opcode, payload.Span, fragmentSize)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Called under the outbox's lock, so that a fault follows exactly the set number of messages.</summary>
    private void OnMessageAdded(Outbox outbox, long messages)
    {
        foreach (SimulatorFault fault in _settings.Faults.TakeDue(messages))
        {
            switch (fault.Kind)
            {
                case SimulatorFaultKind.Drop:
                    outbox.Complete(Ending.Drop, default);
                    break;
                case SimulatorFaultKind.End:
                    outbox.Complete(Ending.End, default);
                    break;
                case SimulatorFaultKind.Close:
                    outbox.Complete(Ending.Close, CloseFrame.Payload(fault.CloseStatus, fault.CloseReason));
                    break;
                case SimulatorFaultKind.Stall:
                    outbox.IsStalled = true;
                    break;
                case SimulatorFaultKind.FreezePongs:
                    FreezePongs();
                    break;
                case SimulatorFaultKind.RevokeTokens:
                    _settings.RevokeTokens();
                    break;
                case SimulatorFaultKind.Restart:
                    _settings.Restart();
                    break;
            }
        }
    }
}
