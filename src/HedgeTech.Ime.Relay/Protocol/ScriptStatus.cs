namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>The first element of the answer of a script, by its name.</summary>
internal enum ScriptStatus
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>Publish: the entry was there already.</summary>
    Done,

    /// <summary>Somebody else leads, or the lease has run out.</summary>
    Lost,

    /// <summary>The lease is held, but the log goes on under another term.</summary>
    Fenced,

    /// <summary>An entry is missing before this one, or one that was confirmed is gone.</summary>
    Hole,

    /// <summary>Redis has no log.</summary>
    Empty,

    /// <summary>Acquire: nobody leads; the caller only looked.</summary>
    Free,

    /// <summary>Acquire: somebody else leads.</summary>
    Taken,

    /// <summary>Acquire: the log has another format.</summary>
    Format,

    /// <summary>Acquire: the log is of other contracts.</summary>
    Contracts,

    /// <summary>Acquire: the stream is not a log.</summary>
    Foreign,
}
