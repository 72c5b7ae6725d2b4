using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Reading;

internal enum ReadKind
{
    /// <summary>A message, in order.</summary>
    Message,

    /// <summary>The newest message of a contract, delivered where what came before it was not.</summary>
    State,

    /// <summary>An event of the publisher's feed.</summary>
    Event,

    /// <summary>A barrier: a leader has begun.</summary>
    Barrier,

    /// <summary>What follows does not continue what came before. Only for whoever compares the log with a line; what a consumer is told comes as the other kinds.</summary>
    Broken,

    /// <summary>Messages are missing here, exactly as many as <see cref="ReadItem.Count"/> says.</summary>
    Dropped,

    /// <summary>From here on something may be missing.</summary>
    Interrupted,

    /// <summary>From here on nothing is missing again.</summary>
    Resumed,
}

/// <summary>What a reader of the log gets, in order.</summary>
internal readonly record struct ReadItem(ReadKind Kind, LogItem Item = default, FeedPosition Feed = default, LogPosition Position = default, long Count = 0, string Reason = "");
