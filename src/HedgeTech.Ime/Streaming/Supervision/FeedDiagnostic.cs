namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Something for the log alone: no event for the consumer.</summary>
internal enum FeedDiagnostic
{
    /// <summary>The service does not bear two connections or two tokens at a time: a new token means a reconnect from now on.</summary>
    RotationGivenUp,

    /// <summary>The service does not bear two connections at a time: the feed goes on with one.</summary>
    RedundancyGivenUp,

    /// <summary>A redundant line is refused while another is accepted.</summary>
    RedundancyRefused,

    /// <summary>A line could not be followed any more and is being made anew.</summary>
    LineLagged,

    /// <summary>A line brings nothing while another does.</summary>
    LineMute,
}
