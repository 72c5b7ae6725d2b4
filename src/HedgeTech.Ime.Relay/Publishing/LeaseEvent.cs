namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>What an answer did to the lease.</summary>
internal enum LeaseEvent
{
    /// <summary>Nothing that the publisher has to act on.</summary>
    None,

    /// <summary>This publisher leads, and did not before, or somebody else may have led in between.</summary>
    Began,

    /// <summary>This publisher still leads, under a new term, and nobody else led in between.</summary>
    Continued,

    /// <summary>The lease was renewed.</summary>
    Renewed,

    /// <summary>The lease was renewed after a doubt: what is not confirmed must be sent again.</summary>
    Recovered,

    /// <summary>This publisher leads no longer.</summary>
    Lost,

    /// <summary>The lease was given back.</summary>
    Released,

    /// <summary>The log is of another format or of other contracts.</summary>
    Refused,
}
