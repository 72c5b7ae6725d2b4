using System.Text;
using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing;

public sealed partial class SimulatorConnection
{
    /// <summary>Resets the connection at once: no close frame, and what waits is not sent. What was sent but not yet read may be lost with it, as in real life.</summary>
    public void Drop()
    {
        Outbox.Complete(Ending.Drop, default);
        Abort();
    }

    /// <summary>Ends the connection in TCP's orderly way but without a close frame, after what waits has been sent. Nothing that was sent is lost.</summary>
    /// <returns>Completes when the connection has ended.</returns>
    public Task EndAsync()
    {
        Outbox.Complete(Ending.End, default);
        return Ended;
    }

    /// <summary>Sends a close frame after what waits, then lets the client answer it for up to a second.</summary>
    /// <param name="status">The status, such as 1008, 1011 or 1012.</param>
    /// <param name="reason">The reason, up to 123 bytes in UTF-8.</param>
    /// <returns>Completes when the frame was handed to the operating system; true if it was.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not between 1000 and 4999.</exception>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is too long.</exception>
    public Task<bool> CloseAsync(int status, string reason = "") =>
        Outbox.WhenSentAsync(Outbox.Complete(Ending.Close, ClosePayload(status, reason)));

    /// <summary>Cuts the connection off from the market: it stays open, answers pings, and is silent for ever, but for what you send.</summary>
    public void Stall()
    {
        Outbox.IsStalled = true;
        _settings.MarketMayGoOn();
    }

    /// <summary>Lets the market reach the connection again. What it did meanwhile is not sent.</summary>
    public void Unstall() => Outbox.IsStalled = false;

    /// <summary>Stops reading, so that pings go unanswered; messages still go out.</summary>
    public void FreezePongs()
    {
        lock (_freezing)
        {
            _isFrozen = true;
            _stream?.Freeze();
        }
    }

    /// <summary>Reads on: the pings that came meanwhile are answered.</summary>
    public void UnfreezePongs()
    {
        lock (_freezing)
        {
            _isFrozen = false;
            _stream?.Thaw();
        }
    }

    /// <summary>Sends a text message, whatever it says.</summary>
    /// <param name="text">What to send.</param>
    /// <param name="cancellationToken">Gives up sending.</param>
    /// <returns>Completes when it was handed to the operating system; false if the connection ended first.</returns>
    public Task<bool> SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendAsync(Opcode.Text, Encoding.UTF8.GetBytes(text), null, cancellationToken);
    }

    /// <summary>Sends a text message of any bytes; they need not be valid UTF-8.</summary>
    /// <param name="utf8">What to send.</param>
    /// <param name="cancellationToken">Gives up sending.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task<bool> SendTextAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default) =>
        SendAsync(Opcode.Text, utf8, null, cancellationToken);

    /// <summary>Sends a binary message.</summary>
    /// <param name="payload">What to send.</param>
    /// <param name="cancellationToken">Gives up sending.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task<bool> SendBinaryAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        SendAsync(Opcode.Binary, payload, null, cancellationToken);

    /// <summary>Sends a text message split over several frames.</summary>
    /// <param name="utf8">The message.</param>
    /// <param name="fragmentSize">The bytes in each frame, the last aside; at least 1. It may cut a letter in two.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <inheritdoc cref="SendTextAsync(string, CancellationToken)" path="/returns"/>
    public Task<bool> SendSplitAsync(ReadOnlyMemory<byte> utf8, int fragmentSize, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fragmentSize, 1);
        return SendAsync(Opcode.Text, utf8, fragmentSize, cancellationToken);
    }

    private async Task<bool> SendAsync(byte opcode, ReadOnlyMemory<byte> payload, int? fragmentSize, CancellationToken cancellationToken)
    {
        await Outbox.WhenRoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await Outbox.WhenSentAsync(Outbox.Add(opcode, payload.Span, fragmentSize)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Called while the outbox is held, so that a fault comes after exactly so many messages.</summary>
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
                    outbox.Complete(Ending.Close, ClosePayload(fault.CloseStatus, fault.CloseReason));
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
