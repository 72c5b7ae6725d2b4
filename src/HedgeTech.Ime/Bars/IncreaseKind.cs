namespace HedgeTech.Ime.Bars;

/// <summary>What a snapshot says of the trades since the one before.</summary>
internal enum IncreaseKind
{
    /// <summary>Nothing: it cannot be used. The next one says it.</summary>
    Unusable,

    /// <summary>There were none.</summary>
    None,

    /// <summary>There were trades.</summary>
    Traded,

    /// <summary>The totals have become less: the server corrected them, so their increase is unknown.</summary>
    Corrected,
}
