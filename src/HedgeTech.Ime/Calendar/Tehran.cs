namespace HedgeTech.Ime.Calendar;

/// <summary>The clock of the exchange.</summary>
internal static class Tehran
{
    /// <summary>The offset of Tehran from UTC. There has been no summer time since 2022.</summary>
    public static readonly TimeSpan Offset = new(3, 30, 0);
}
