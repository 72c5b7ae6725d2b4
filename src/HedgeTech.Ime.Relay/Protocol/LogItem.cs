namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>One message or event in an entry.</summary>
/// <param name="IsEvent">Whether it is an event rather than a message.</param>
/// <param name="Contract">The index of the contract in the set of the log; <see cref="NoContract"/> for a message of a contract that is not in the set. Of an event, an <see cref="EventCode"/>.</param>
/// <param name="ReceivedAt">When the publisher received it, in UTC ticks.</param>
/// <param name="Bytes">The message as it came, except that line breaks are spaces; or the event as JSON.</param>
internal readonly record struct LogItem(bool IsEvent, ushort Contract, long ReceivedAt, ReadOnlyMemory<byte> Bytes)
{
    public const ushort NoContract = ushort.MaxValue;
}
