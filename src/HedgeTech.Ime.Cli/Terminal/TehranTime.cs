using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Converts times to Tehran time, in which the tool shows them.</summary>
internal static class TehranTime
{
    public static DateTimeOffset InTehran(this DateTimeOffset moment) => moment.ToOffset(Tehran.Offset);
}
