namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Why a line is replaced by another while it lives.</summary>
internal enum ReplacementReason
{
    /// <summary>Its shard has been silent for too long.</summary>
    Silence,

    /// <summary>Another line of its shard brings messages, this one none.</summary>
    Mute,

    /// <summary>Its token is about to expire.</summary>
    Rotation,
}
