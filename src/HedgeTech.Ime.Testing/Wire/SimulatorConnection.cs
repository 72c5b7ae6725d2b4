using System.Text;
using HedgeTech.Ime.Testing.Records;
using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing;

/// <summary>One accepted WebSocket: what it was sent, and what can be done to it. It stays readable after it has ended.</summary>
/// <remarks>Thread-safe. A command to a connection that has ended does nothing.</remarks>
public sealed partial class SimulatorConnection
{
    private readonly Lock _gate = new();
    private readonly Recorder _recorder;
    private readonly Subscription[] _subscriptions;
    private readonly List<ReadOnlyMemory<byte>> _messages = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isSubscribed;
    private long _messagesSent;
    private long _bytesSent;

    internal SimulatorConnection(int number, IReadOnlyList<ContractKey> contracts, Recorder recorder, ConnectionSettings settings)
    {
        Number = number;
        Contracts = contracts;
        _recorder = recorder;
        _settings = settings;
        _subscriptions = [.. contracts.Select(contract => new Subscription(this, contract))];
        Outbox = new Outbox(settings.KeepMessages, settings.MarketMayGoOn, OnMessageAdded);
    }

    /// <summary>The number of the connection within the simulator, from 1, in the order of acceptance.</summary>
    public int Number { get; }

    /// <summary>The contracts it asked for, decoded, in order, duplicates merged.</summary>
    public IReadOnlyList<ContractKey> Contracts { get; }

    /// <summary>The request that opened it: headers, URL, token.</summary>
    public HandshakeRecord Handshake { get; private set; } = null!;

    /// <summary>Whether the market reaches it: from some time after it was accepted, as with the service, until it is told to end.</summary>
    public bool IsSubscribed => _isSubscribed && !Outbox.IsComplete;

    /// <summary>Whether it has not ended.</summary>
    public bool IsOpen => !_ended.Task.IsCompleted;

    /// <summary>Completes when it has ended, however that came about. Never faults.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The messages handed to the operating system, the market's and those you sent.</summary>
    public long MessagesSent => Interlocked.Read(ref _messagesSent);

    /// <summary>The bytes handed to the operating system for them, frame headers included, TLS not.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>The data messages the client sent; a client of this service sends none.</summary>
    public int MessagesReceived { get; private set; }

    /// <summary>The status of the client's close frame; null while there was none.</summary>
    public int? ClientCloseStatus { get; private set; }

    /// <summary>What the market sent it, as ranges without a gap, contract by contract.</summary>
    public IReadOnlyList<SentTrades> Sent
    {
        get
        {
            lock (_gate)
            {
                return [.. _subscriptions.SelectMany(subscription => subscription.Ranges)];
            }
        }
    }

    /// <summary>Every message sent, in UTF-8 without frame headers; empty unless <see cref="ImeSimulatorOptions.KeepMessages"/> is set.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    internal Outbox Outbox { get; }

    internal IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    /// <summary>Its number and how many contracts it carries.</summary>
    public override string ToString() =>
        $"connection {Number}: {Contracts.Count} contracts, {MessagesSent} messages sent, {(IsOpen ? "open" : "ended")}";

    internal void Belong(HandshakeRecord handshake) => Handshake = handshake;

    internal void Subscribed()
    {
        _isSubscribed = true;
        _recorder.Pulse();
    }

    private static byte[] ClosePayload(int status, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 1000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 4999);
        ArgumentNullException.ThrowIfNull(reason);
        byte[] text = Encoding.UTF8.GetBytes(reason);
        if (text.Length > 123)
        {
            throw new ArgumentException($"The reason takes {text.Length} bytes in UTF-8; a close frame holds 123.", nameof(reason));
        }

        return [(byte)(status >> 8), (byte)status, .. text];
    }

    private void Record(Batch batch)
    {
        lock (_gate)
        {
            foreach ((Subscription subscription, long trade) in batch.Trades)
            {
                if (trade > 0)
                {
                    subscription.Sent(trade);
                }
            }

            foreach (byte[] message in batch.Kept ?? [])
            {
                _messages.Add(message);
            }

            _bytesSent += batch.Length;
            _messagesSent += batch.Messages;
        }

        _recorder.Pulse();
    }
}
