namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>What an event is, as far as the log itself needs to know.</summary>
internal enum EventCode : ushort
{
    Other = 0,
    Interrupted = 1,
    Resumed = 2,
}
