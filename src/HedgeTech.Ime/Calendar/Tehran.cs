namespace HedgeTech.Ime.Calendar;

/// <summary>The time zone of the exchange.</summary>
internal static class Tehran
{
    /// <summary>The offset of Tehran from UTC. Iran has not had daylight saving time since 2022.</summary>
    public static readonly TimeSpan Offset = new(3, 30, 0);
}
