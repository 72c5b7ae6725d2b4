using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>A message or event that the publisher's own line brought.</summary>
/// <param name="Item">The message or event.</param>
/// <param name="Time">The vendor's timestamp of a message, in ticks as on the wire; null if it is unknown.</param>
internal sealed record OutItem(LogItem Item, long? Time)
{
    /// <summary>A message, with its line breaks made spaces so that it is one line of the data.</summary>
    public static OutItem Message(ushort contract, long receivedAt, ReadOnlySpan<byte> frame, long? time)
    {
        byte[] bytes = frame.ToArray();
        bytes.AsSpan().Replace((byte)'\n', (byte)' ');
        bytes.AsSpan().Replace((byte)'\r', (byte)' ');
        return new OutItem(new LogItem(false, contract, receivedAt, bytes), time);
    }
}
