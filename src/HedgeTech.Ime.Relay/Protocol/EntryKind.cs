namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>The second byte of a header.</summary>
internal enum EntryKind : byte
{
    /// <summary>Messages and events.</summary>
    Items = 1,

    /// <summary>The first entry of a term. It names the entry before it.</summary>
    Barrier = 2,

    /// <summary>Not an entry: sent on the push channel only, with the position of the last entry.</summary>
    Heartbeat = 3,
}
