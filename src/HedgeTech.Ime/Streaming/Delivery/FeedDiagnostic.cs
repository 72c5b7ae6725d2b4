namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>Something that only the log reports. The consumer gets no event for it.</summary>
internal enum FeedDiagnostic
{
    /// <summary>The service does not allow two connections or two tokens at a time. From now on a new token means a reconnect.</summary>
    RotationGivenUp,

    /// <summary>The service does not allow two connections at a time. The feed continues with one.</summary>
    RedundancyGivenUp,

    /// <summary>A redundant line is refused while another is accepted.</summary>
    RedundancyRefused,

    /// <summary>A line fell too far behind the others, and is closed and opened again.</summary>
    LineLagged,

    /// <summary>A line brings nothing while another does.</summary>
    LineMute,
}
