namespace HedgeTech.Ime.Recording.Reading;

/// <summary>Why nothing was recorded for a time.</summary>
internal enum GapReason
{
    /// <summary>The recorder or the feed was stopped, and begun again later.</summary>
    Stopped,

    /// <summary>The recorder did not end properly.</summary>
    Crashed,

    /// <summary>A segment has been deleted.</summary>
    Missing,
}
